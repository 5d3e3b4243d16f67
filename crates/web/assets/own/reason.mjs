// The whole reason of an obligation, in place: opening the details of a list fetches it once. Without scripts the link leads
// to the same words on a page of their own.
document.addEventListener("toggle", async (event) => {
  const details = event.target
  if (!(details instanceof HTMLDetailsElement) || !details.open) return
  const link = details.querySelector("a[data-reason]")
  if (!link || details.dataset.asked) return
  details.dataset.asked = "yes"
  try {
    const answer = await fetch(link.href, { credentials: "same-origin", redirect: "error" })
    if (!answer.ok) return
    const page = new DOMParser().parseFromString(await answer.text(), "text/html")
    const reason = page.querySelector("#reason")
    if (!reason) return
    const part = document.importNode(reason, true)
    part.removeAttribute("id")
    part.querySelectorAll("h2").forEach((heading) => {
      const line = document.createElement("p")
      line.className = "govuk-body govuk-!-font-weight-bold"
      line.textContent = heading.textContent
      heading.replaceWith(line)
    })
    part.setAttribute("role", "status")
    link.closest("p").after(part)
  } catch {
    delete details.dataset.asked
  }
}, true)
