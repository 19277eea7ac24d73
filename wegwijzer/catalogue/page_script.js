"use strict";
// Hides what somebody did not ask for. The page is whole without this script, so it shows its own form first.
(() => {
  const form = document.getElementById("kies");
  const result = document.getElementById("aantal");
  const link = document.getElementById("adres");
  const fields = [...form.querySelectorAll("input[name], select[name]")];
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const cards = [...document.querySelectorAll("[data-aanbod]")].map((element) => ({
    element,
    text: plain(element.textContent),
    references: [...document.querySelectorAll(`[data-naar="${CSS.escape(element.id)}"]`)],
    halte: element.dataset.haltes.split(" "),
    wijk: element.dataset.wijken.split(" "),
    vorm: element.dataset.vormen.split(" "),
    status: element.dataset.status.split(" "),
  }));
  const chapters = [...document.querySelectorAll("[data-halte]")];

  const wanted = () => Object.fromEntries(fields.map((field) => [field.name, field.value.trim()]));

  const fits = (card, choice) =>
    plain(choice.zoek).split(/\s+/).every((word) => card.text.includes(word)) &&
    ["halte", "wijk", "vorm", "status"].every((name) => !choice[name] || card[name].includes(choice[name]));

  const show = () => {
    const choice = wanted();
    let count = 0;
    for (const card of cards) {
      const visible = fits(card, choice);
      count += visible ? 1 : 0;
      card.element.hidden = !visible;
      for (const reference of card.references) reference.hidden = !visible;
    }
    const query = new URLSearchParams(Object.entries(choice).filter(([, value]) => value));
    const chosen = [...query].length > 0;
    for (const chapter of chapters) {
      const there = (selector) => chapter.querySelector(`${selector}:not([hidden])`) !== null;
      for (const part of chapter.querySelectorAll("[data-ook]")) part.hidden = !there("[data-ook] [data-naar]");
      // Under another halte than the chosen one, only what really stands there is worth a heading.
      const elsewhere = choice.halte && chapter.dataset.halte !== choice.halte && chapter.tagName === "SECTION";
      chapter.hidden = chosen && !there("[data-aanbod]") && (elsewhere || !there("[data-naar]"));
    }
    const nothing = count === 0;
    result.textContent = nothing
      ? "Niets gevonden. Kies minder, of zoek op een ander woord."
      : `${count} van de ${cards.length} gevonden.`;
    link.href = `?${query}`;
    link.parentElement.hidden = !chosen;
  };

  const asked = new URLSearchParams(location.search);
  for (const field of fields) {
    const value = asked.get(field.name) ?? "";
    field.value = value;
    if (field.value !== value) field.value = "";
  }
  form.addEventListener("input", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(show));
  // On paper all helplines must be there; on a screen the search comes sooner without them.
  const lines = document.getElementById("meer-lijnen");
  lines.open = false;
  addEventListener("beforeprint", () => { lines.open = true; });
  document.getElementById("print").addEventListener("click", () => window.print());
  form.hidden = false;
  show();
})();
