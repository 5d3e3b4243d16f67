// The desk works without scripts. These make it quicker: the components of govuk-frontend, and shortcuts.
import { initAll } from "./govuk-frontend.mjs"
import "./reason.mjs"

document.body.classList.add("js-enabled")
initAll()

// "/" goes to the search box, unless something is being typed.
document.addEventListener("keydown", (event) => {
  const typing = event.target instanceof Element && event.target.closest("input, textarea, select, [contenteditable]")
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return
  if (event.key === "/") {
    const box = document.querySelector("#quick-search")
    if (box) {
      event.preventDefault()
      box.focus()
    }
  }
})
