// What the page does in the browser, and nothing more: tooltips on charts, sorting and searching in a table,
// printing. Everything can be read and done without it.
"use strict";

(() => {
  const dutch = new Intl.Collator("nl", { numeric: true, sensitivity: "base" });

  // --- tooltips: a mark of a chart carries its words in aria-label ---
  const tooltip = document.createElement("div");
  tooltip.className = "vn-tooltip";
  tooltip.hidden = true;
  tooltip.setAttribute("aria-hidden", "true");

  function wordsOf(target) {
    const mark = target.closest?.(".vn-picture__paper svg [aria-label]");
    if (mark) return mark.getAttribute("aria-label");
    const titled = target.closest?.(".vn-picture__paper svg *:has(> title)");
    if (!titled) return "";
    // The browser would show the same words a second time.
    const title = titled.querySelector(":scope > title");
    titled.setAttribute("aria-label", title.textContent);
    title.remove();
    return titled.getAttribute("aria-label");
  }

  function place(event) {
    const edge = document.documentElement.clientWidth;
    const left = Math.min(event.clientX + 14, edge - tooltip.offsetWidth - 8);
    const above = event.clientY - tooltip.offsetHeight - 12;
    const top = above > 0 ? above : event.clientY + 20;
    tooltip.style.left = `${Math.max(8, left) + window.scrollX}px`;
    tooltip.style.top = `${top + window.scrollY}px`;
  }

  document.addEventListener("pointermove", (event) => {
    const words = event.target instanceof Element ? wordsOf(event.target) : "";
    tooltip.hidden = !words;
    if (!words) return;
    tooltip.textContent = words.replaceAll("; ", "\n");
    place(event);
  });
  document.addEventListener("pointerleave", () => { tooltip.hidden = true; });
  document.addEventListener("scroll", () => { tooltip.hidden = true; }, { passive: true });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") tooltip.hidden = true; });

  // --- tables ---
  function keyOf(row, column) {
    const cell = row.cells[column];
    if (!cell) return "";
    return cell.dataset.sort ?? cell.textContent.trim();
  }

  function compare(a, b, numeric) {
    if (!numeric) return dutch.compare(a, b);
    return Number(a) - Number(b);
  }

  function sort(table, header, column) {
    const direction = header.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", direction);
    const sign = direction === "ascending" ? 1 : -1;
    for (const body of table.tBodies) {
      const rows = [...body.rows].map((row) => [keyOf(row, column), row]);
      const known = rows.filter(([key]) => key !== "");
      const numeric = known.every(([key]) => Number.isFinite(Number(key)));
      known.sort(([a], [b]) => sign * compare(a, b, numeric));
      // What was not published stays at the end, whichever way the rest is sorted.
      const unknown = rows.filter(([key]) => key === "");
      body.append(...[...known, ...unknown].map(([, row]) => row));
    }
  }

  function makeSortable(table) {
    if (!table.tHead || table.tHead.rows.length !== 1) return;
    [...table.tHead.rows[0].cells].forEach((header, column) => {
      if (!header.textContent.trim() || header.querySelector("button, a, input")) return;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "vn-sort";
      const unit = header.querySelector(".vn-table__unit");
      button.append(...[...header.childNodes].filter((node) => node !== unit));
      button.addEventListener("click", () => sort(table, header, column));
      header.prepend(button);
    });
  }

  function makeSearchable(frame, table) {
    const box = frame.querySelector(".vn-filter");
    if (!box) return;
    const count = box.querySelector(".vn-filter__count");
    const rows = () => [...table.tBodies].flatMap((body) => [...body.rows]);
    box.hidden = false;
    box.querySelector("input").addEventListener("input", (event) => {
      const words = plain(event.target.value).split(/\s+/).filter(Boolean);
      const all = rows();
      for (const row of all) row.hidden = !words.every((word) => plain(row.textContent).includes(word));
      const left = all.filter((row) => !row.hidden).length;
      count.textContent = words.length ? `${left} van ${all.length} rijen` : "";
    });
  }

  function plain(text) {
    return text.normalize("NFD").replace(/\p{Diacritic}/gu, "").toLowerCase();
  }

  function prepare(root) {
    for (const frame of root.querySelectorAll(".vn-table[data-sortable], .vn-table[data-filter]")) {
      const table = frame.querySelector("table");
      if (!table || frame.dataset.ready) continue;
      frame.dataset.ready = "yes";
      if ("sortable" in frame.dataset) makeSortable(table);
      if ("filter" in frame.dataset) makeSearchable(frame, table);
    }
    for (const button of root.querySelectorAll("[data-print]")) button.hidden = false;
    // On a phone tabs are one row that scrolls: begin it where the reader is.
    for (const tab of root.querySelectorAll(".vn-tabs__link[aria-current]")) {
      const list = tab.closest(".vn-tabs__list");
      list.scrollLeft = tab.parentElement.offsetLeft - list.offsetLeft - 48;
    }
  }

  document.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("[data-print]")) window.print();
  });

  // On paper a folded table cannot be opened.
  let opened = [];
  window.addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll(".vn-picture details:not([open])")];
    for (const folded of opened) folded.open = true;
  });
  window.addEventListener("afterprint", () => { for (const folded of opened) folded.open = false; });

  document.body.append(tooltip);
  prepare(document);
  // After sending a form the next press of Tab goes on from what came of it, not from the menu.
  // An address that kept the #inhoud of the skip link would take the focus to all of the page.
  const outcome = document.querySelector(".vn-errors, .vn-messages");
  outcome?.focus();
  outcome?.closest("main")?.addEventListener("focus", () => outcome.focus(), { once: true });
  document.addEventListener("htmx:after:swap", () => prepare(document));
})();
