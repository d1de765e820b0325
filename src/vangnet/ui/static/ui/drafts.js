// Keeps what is typed into a form as a draft on the server, so that a lost connection loses no words.
// Without it the button "Bewaar concept" does the same.
"use strict";

(() => {
  const WAIT = 3000; // milliseconds without typing
  const clock = new Intl.DateTimeFormat("nl", { hour: "2-digit", minute: "2-digit" });

  for (const form of document.querySelectorAll("form[data-draft]")) {
    const status = form.querySelector("[data-draft-status]");
    let waiting = 0;
    let sending = false;
    let sent = false;

    function tell(words) {
      if (status && status.textContent !== words) status.textContent = words;
    }

    async function save() {
      if (sent) return;
      if (sending) { // what was typed since is not in what is on its way
        waiting = window.setTimeout(save, WAIT);
        return;
      }
      sending = true;
      const told = new FormData();
      for (const [name, value] of new FormData(form)) {
        if (typeof value === "string") told.append(name, value);
      }
      told.set("concept", "bewaar");
      try {
        const answer = await fetch(window.location.pathname, {
          method: "POST",
          body: told,
          headers: { "X-Concept": "1" },
          credentials: "same-origin",
          redirect: "error",
        });
        tell(answer.status === 204
          ? `Concept bewaard om ${clock.format(new Date())}.`
          : "Uw concept kon niet worden bewaard. Uw tekst staat nog op dit scherm.");
      } catch {
        tell("Geen verbinding: uw tekst staat alleen nog op dit scherm. We proberen het straks opnieuw.");
        window.clearTimeout(waiting);
        waiting = window.setTimeout(save, 4 * WAIT);
      } finally {
        sending = false;
      }
    }

    form.addEventListener("input", () => {
      window.clearTimeout(waiting);
      waiting = window.setTimeout(save, WAIT);
    });
    form.addEventListener("submit", () => {
      sent = true;
      window.clearTimeout(waiting);
    });
  }
})();
