// Keeps a draft of a form while it is typed, and says dates back in full. The form works without it.
const WAIT = 3000
const AT_MOST_EVERY = 10000

const token = (form) => form.querySelector("input[name=csrf]").value

const send = (to, fields) =>
  fetch(to, {
    method: "POST",
    body: new URLSearchParams(fields),
    headers: { accept: "application/json" },
    credentials: "same-origin",
  })

for (const form of document.querySelectorAll("form[data-draft]")) {
  const state = form.querySelector("[data-draft-state]")
  let timer = 0
  let last = 0
  let leaving = false

  const keep = async () => {
    timer = 0
    if (leaving) return
    last = Date.now()
    try {
      const answer = await send(form.dataset.draft, [...new FormData(form)].filter(([, value]) => typeof value === "string"))
      if (!answer.ok || answer.redirected) throw new Error("not kept")
      state.textContent = (await answer.json()).said
    } catch {
      state.textContent = "The draft could not be kept just now. What you typed stays on this page."
    }
  }

  form.addEventListener("input", () => {
    const wait = Math.max(WAIT, last + AT_MOST_EVERY - Date.now())
    if (timer === 0) timer = setTimeout(keep, wait)
  })
  form.addEventListener("submit", () => {
    leaving = true
    clearTimeout(timer)
  })
}

for (const box of document.querySelectorAll("form[data-dates] input[data-says-date]")) {
  const form = box.closest("form")
  const said = box.parentElement.querySelector("[data-said]")
  let asked = ""

  const say = async () => {
    const typed = box.value.trim()
    if (typed === asked) return
    asked = typed
    if (typed === "") {
      said.textContent = ""
      return
    }
    try {
      const answer = await send(form.dataset.dates, { csrf: token(form), typed, lean: box.dataset.lean ?? "" })
      if (!answer.ok || answer.redirected || asked !== typed) return
      const told = await answer.json()
      said.textContent = told.said ?? told.problem
      said.classList.toggle("tl-said--problem", told.problem !== undefined)
    } catch {
      said.textContent = ""
    }
  }

  let timer = 0
  box.addEventListener("input", () => {
    clearTimeout(timer)
    timer = setTimeout(say, 400)
  })
  box.addEventListener("change", say)
  if (box.value.trim() !== "") say()
}
