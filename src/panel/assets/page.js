// What makes the pages more comfortable; everything works without it.
for (const place of document.querySelectorAll('.copy')) {
  const button = place.querySelector('[data-copy]')
  const status = place.querySelector('[role="status"]')
  place.hidden = !navigator.clipboard
  button.addEventListener('click', async () => {
    const text = document.getElementById(button.dataset.copy).textContent
    status.textContent = await navigator.clipboard.writeText(text).then(
      () => 'Copied',
      () => 'Not copied: select the text and copy it by hand',
    )
  })
}

// The whole page has arrived: what became of a change is read first.
const news = document.querySelector('.verdict, #problem')
if (news && !document.querySelector('[autofocus]')) {
  news.tabIndex = -1
  news.focus()
}

for (const button of document.querySelectorAll('[data-print]')) {
  button.hidden = false
  button.addEventListener('click', () => print())
}

// Search as you type: the accounts of the answer take the place of those that are shown.
for (const form of document.querySelectorAll('[data-search]')) {
  const input = form.querySelector('input[type="search"]')
  let latest
  const search = async () => {
    latest?.abort()
    const asking = new AbortController()
    latest = asking
    const address = `${form.getAttribute('action')}?${new URLSearchParams(new FormData(form))}`
    try {
      const answer = await fetch(address, { signal: asking.signal })
      if (answer.redirected) return location.reload()
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
      for (const part of [`#${form.dataset.search}`, '.chips']) {
        const fresh = page.querySelector(part)
        if (fresh) document.querySelector(part).replaceWith(fresh)
      }
      const found = document.querySelector(`#${form.dataset.search} > :last-child`)
      document.getElementById('found').textContent = (found.querySelector('caption') ?? found).textContent
      history.replaceState(null, '', address)
    } catch {
      // The next key asks again, and the button does.
    }
  }
  let pause
  input.addEventListener('input', () => {
    clearTimeout(pause)
    pause = setTimeout(search, 250)
  })
}

// What was opened is typed into next.
for (const details of document.querySelectorAll('details'))
  details.addEventListener('toggle', () => {
    if (details.open) details.querySelector('input:not([type="hidden"])')?.focus()
  })

for (const form of document.forms)
  form.addEventListener('submit', () => {
    if (form.method === 'post') for (const button of form.querySelectorAll('button')) button.disabled = true
  })
// A page that comes back from the browser's history has its buttons again.
addEventListener('pageshow', () => {
  for (const button of document.querySelectorAll('button')) button.disabled = false
})
