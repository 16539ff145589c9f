/*
 * sandbox NAMES [PROGRAM ARGUMENT...]
 * Runs a program under the rule that Android sets its apps: each system call named in the file NAMES (one a line) ends the
 * process with SIGSYS. Names that this architecture does not have are passed over; at least one must be known.
 * Without a program it tells how many there are.
 */
#include <errno.h>
#include <seccomp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int deny_all(scmp_filter_ctx filter, FILE *names, int *unknown) {
  char name[128];
  int denied = 0;
  while (fgets(name, sizeof name, names)) {
    name[strcspn(name, "\r\n")] = '\0';
    int number = seccomp_syscall_resolve_name(name);
    if (name[0] == '\0') continue;
    // libseccomp gives what only other architectures have a number below zero.
    if (number < 0) {
      ++*unknown;
      continue;
    }
    if (seccomp_rule_add(filter, SCMP_ACT_TRAP, number, 0) != 0) return -1;
    denied++;
  }
  return denied;
}

int main(int count, char **arguments) {
  if (count < 2) {
    fprintf(stderr, "usage: %s NAMES [PROGRAM ARGUMENT...]\n", arguments[0]);
    return 125;
  }
  FILE *names = fopen(arguments[1], "r");
  if (!names) {
    fprintf(stderr, "%s: %s: %s\n", arguments[0], arguments[1], strerror(errno));
    return 125;
  }
  scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
  int unknown = 0;
  int denied = filter ? deny_all(filter, names, &unknown) : -1;
  fclose(names);
  if (denied < 1 || (count > 2 && seccomp_load(filter) != 0)) {
    fprintf(stderr, "%s: the filter cannot be set up\n", arguments[0]);
    return 125;
  }
  if (count == 2) return printf("%d denied, %d unknown here\n", denied, unknown) < 0;
  execvp(arguments[2], arguments + 2);
  fprintf(stderr, "%s: %s: %s\n", arguments[0], arguments[2], strerror(errno));
  return 126;
}
