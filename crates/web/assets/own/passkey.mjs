// Passkeys. A page offers them in a section with data-passkey; without this script, or where the browser knows no
// passkeys, the section stays hidden and everything else works.
const PLACES = {
  "sign-in": { begin: "/sign-in/passkey/begin", finish: "/sign-in/passkey" },
  enrol: { begin: "/enrol/passkey/begin", finish: "/enrol/passkey", adds: true },
  add: { begin: "/account/passkeys/begin", finish: "/account/passkeys", adds: true },
  confirm: { begin: "/account/confirm/passkey/begin", finish: "/account/confirm/passkey" },
}

const known = window.PublicKeyCredential && PublicKeyCredential.parseCreationOptionsFromJSON
if (known) document.querySelectorAll("[data-passkey]").forEach(offer)

function offer(section) {
  const place = PLACES[section.dataset.passkey]
  const trouble = section.querySelector("[role=alert]")
  section.hidden = false
  section.querySelector("button").addEventListener("click", async (event) => {
    const button = event.currentTarget
    button.disabled = true
    trouble.hidden = true
    try {
      await use(section, place)
    } catch (error) {
      trouble.textContent = error instanceof Refusal ? error.message : "The passkey was not used. Try again, or go another way."
      trouble.hidden = false
      button.disabled = false
      button.focus()
    }
  })
}

class Refusal extends Error {}

async function use(section, place) {
  const challenge = await post(place.begin, section, {})
  if (challenge.to) return window.location.assign(challenge.to)
  const options = challenge.publicKey
  const credential = place.adds
    ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
    : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) })
  const done = await post(place.finish, section, {
    credential: credential.toJSON(),
    name: section.querySelector("input")?.value ?? "",
    then: section.dataset.then ?? "",
  })
  window.location.assign(done.to)
}

async function post(path, section, content) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json", "x-csrf-token": section.dataset.csrf ?? "" },
    body: JSON.stringify(content),
  })
  const said = await answer.json().catch(() => ({}))
  if (said.to) return said
  if (!answer.ok || said.refused) throw new Refusal(said.refused ?? "That took too long. Load the page again.")
  return said
}
