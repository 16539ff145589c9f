/*
 * probe NAME
 * Makes one system call, with arguments that no call accepts, and ends with 0 if it comes back.
 */
#include <seccomp.h>
#include <unistd.h>

int main(int count, char **arguments) {
  int number = count == 2 ? seccomp_syscall_resolve_name(arguments[1]) : -1;
  if (number < 0) return 125;
  syscall(number, -1L, -1L, -1L, -1L, -1L, -1L);
  return 0;
}
