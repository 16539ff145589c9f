// What makes the page more comfortable; everything works without it.
for (const button of document.querySelectorAll('[data-copy]')) {
  button.hidden = !navigator.clipboard
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent)
    button.textContent = 'Copied'
  })
}

for (const input of document.querySelectorAll('[data-filter]')) {
  const list = document.getElementById(input.dataset.filter).firstElementChild
  const lines = list.textContent.split('\n')
  input.closest('[hidden]').hidden = false
  input.addEventListener('input', () => {
    const wanted = input.value.toLowerCase()
    list.textContent = lines.filter((line) => line.toLowerCase().includes(wanted)).join('\n')
  })
}

for (const form of document.forms)
  form.addEventListener('submit', () => {
    for (const button of form.querySelectorAll('button')) button.disabled = true
  })
// A page that comes back from the browser's history has its buttons again.
addEventListener('pageshow', () => {
  for (const button of document.querySelectorAll('button')) button.disabled = false
})
