// What makes the page more comfortable; everything works without it.
for (const button of document.querySelectorAll('[data-copy]')) {
  const place = button.parentElement
  const told = place.querySelector('[role="status"]')
  place.hidden = !navigator.clipboard
  button.addEventListener('click', async () => {
    const text = document.getElementById(button.dataset.copy).textContent
    told.textContent = await navigator.clipboard.writeText(text).then(
      () => 'Copied',
      () => 'Not copied: select the text, and copy it by hand',
    )
  })
}

for (const input of document.querySelectorAll('[data-filter]')) {
  const list = document.getElementById(input.dataset.filter).firstElementChild
  const lines = list.textContent.split('\n')
  const place = input.closest('[hidden]')
  const told = place.querySelector('[role="status"]')
  place.hidden = false
  input.addEventListener('input', () => {
    const wanted = input.value.toLowerCase()
    const shown = lines.filter((line) => line.toLowerCase().includes(wanted))
    list.textContent = shown.join('\n')
    list.closest('section').hidden = shown.length === 0
    told.textContent = wanted === '' ? '' : describe(shown.filter((line) => line !== '').length)
  })
}

function describe(count) {
  if (count === 0) return 'No line contains that'
  return count === 1 ? '1 line contains that' : `${count} lines contain that`
}

for (const form of document.forms)
  form.addEventListener('submit', () => {
    for (const button of form.querySelectorAll('button')) button.disabled = true
  })
// A page that comes back from the browser's history has its buttons again.
addEventListener('pageshow', () => {
  for (const button of document.querySelectorAll('button')) button.disabled = false
})
