// Asks the browser for a passkey and sends the answer with the form; the page says what is wanted.
"use strict";

(() => {
  const wanted = (form) => form.dataset.passkeyOptions;

  async function options(form) {
    if (wanted(form)) return JSON.parse(wanted(form));
    const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    return answer.json();
  }

  async function ask(form) {
    const asked = await options(form);
    if (form.dataset.passkey === "create") return window.webauthnJSON.create(asked.creation_options);
    return window.webauthnJSON.get(asked.request_options);
  }

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const says = form.querySelector("[data-passkey-says]");
    if (!window.PublicKeyCredential || !window.webauthnJSON) {
      says.textContent = "Deze browser kan niet met passkeys werken.";
      continue;
    }
    says.textContent = "";
    form.querySelector("button[type=submit]").disabled = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      try {
        const credential = await ask(form);
        form.querySelector("input[name=credential]").value = JSON.stringify(credential);
        form.submit();
      } catch {
        says.textContent = "Dat is niet gelukt of afgebroken. Probeer het opnieuw, of kies een andere manier.";
      }
    });
  }
})();
