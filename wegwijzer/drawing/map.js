"use strict";
// Moving over the map, searching it, and reading what was chosen. Without this script the page still has the drawing and
// the tables: every part of the drawing is a link to its row.
(() => {
  const box = document.querySelector(".kaart");
  const svg = box.querySelector("svg");
  const detail = document.querySelector(".detail");
  const form = document.querySelector(".balk");
  const search = document.getElementById("zoek");
  const found = document.getElementById("gevonden");
  const [, , fullWidth, fullHeight] = svg.getAttribute("viewBox").split(" ").map(Number);
  const links = [...svg.querySelectorAll("a")];
  let view = { x: 0, y: 0, width: fullWidth, height: fullHeight };
  let hits = [];
  let current = -1;

  document.body.classList.add("met-script");
  form.hidden = false;

  const show = () => svg.setAttribute("viewBox", `${view.x} ${view.y} ${view.width} ${view.height}`);

  // Keep the shape of the window, so that a point of the screen is a point of the drawing.
  const fit = () => {
    const shape = box.clientWidth / box.clientHeight;
    const width = Math.max(fullWidth, fullHeight * shape);
    view = { x: (fullWidth - width) / 2, y: 0, width, height: width / shape };
    show();
  };

  const zoom = (factor, x = view.x + view.width / 2, y = view.y + view.height / 2) => {
    const width = Math.min(Math.max(view.width * factor, 200), fullWidth * 2);
    const ratio = width / view.width;
    view = { x: x - (x - view.x) * ratio, y: y - (y - view.y) * ratio, width, height: view.height * ratio };
    show();
  };

  const pan = (right, down) => {
    view.x += right * view.width;
    view.y += down * view.height;
    show();
  };

  const goTo = (link) => {
    const place = link.getBBox();
    const shape = box.clientWidth / box.clientHeight;
    const width = Math.max(900, place.width * 1.2);
    const height = width / shape;
    view = { x: place.x + place.width / 2 - width / 2, y: place.y + Math.min(place.height, height) / 2 - height / 2, width, height };
    show();
  };

  // What is read is the row of the table: the same words, once.
  const choose = (id) => {
    const row = document.getElementById(id);
    detail.hidden = !row;
    detail.replaceChildren();
    if (!row) return;
    const close = document.createElement("button");
    close.textContent = "Sluit";
    close.addEventListener("click", () => { detail.hidden = true; box.focus(); });
    detail.append(close);
    if (row.tagName !== "TR") {
      detail.append(...[...row.children].map((part) => strip(part.cloneNode(true))));
      return;
    }
    const heads = [...row.closest("table").tHead.rows[0].cells].map((cell) => cell.textContent);
    [...row.cells].forEach((cell, index) => {
      if (!cell.textContent.trim()) return;
      const head = document.createElement(index ? "h3" : "h2");
      head.textContent = index ? heads[index] : "";
      const copy = document.createElement("div");
      copy.append(...[...cell.childNodes].map((part) => part.cloneNode(true)));
      if (index) detail.append(head, copy);
      else { head.append(...copy.childNodes); detail.append(head); }
    });
    detail.scrollTop = 0;
  };

  const strip = (part) => {
    part.removeAttribute?.("id");
    part.querySelectorAll?.("[id]").forEach((one) => one.removeAttribute("id"));
    return part;
  };

  const mark = () => {
    const wanted = search.value.trim().toLowerCase();
    links.forEach((link) => link.classList.remove("gevonden"));
    hits = !wanted ? [] : links.filter((link) => {
      const id = decodeURIComponent(link.getAttribute("href").slice(1));
      if (id.startsWith("deel-")) return false;
      const row = document.getElementById(id);
      const own = row ? row.cells[0].textContent + " " + row.cells[1].textContent : "";
      return (own + " " + link.textContent).toLowerCase().includes(wanted);
    });
    hits.forEach((link) => link.classList.add("gevonden"));
    current = -1;
    found.textContent = wanted ? `${hits.length} plekken op de kaart` : "";
  };

  search.addEventListener("input", mark);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!hits.length) return;
    current = (current + 1) % hits.length;
    goTo(hits[current]);
    found.textContent = `${current + 1} van ${hits.length}`;
  });

  const buttons = { groter: () => zoom(0.7), kleiner: () => zoom(1.4), heel: fit, print: () => window.print() };
  form.addEventListener("click", (event) => buttons[event.target.dataset?.doe]?.());

  box.addEventListener("wheel", (event) => {
    event.preventDefault();
    const place = box.getBoundingClientRect();
    const x = view.x + ((event.clientX - place.left) / place.width) * view.width;
    const y = view.y + ((event.clientY - place.top) / place.height) * view.height;
    zoom(event.deltaY < 0 ? 0.85 : 1.18, x, y);
  }, { passive: false });

  let drag = null;
  let moved = false;
  box.addEventListener("pointerdown", (event) => { drag = { x: event.clientX, y: event.clientY, view: { ...view } }; moved = false; });
  window.addEventListener("pointermove", (event) => {
    if (!drag) return;
    const right = event.clientX - drag.x;
    const down = event.clientY - drag.y;
    if (Math.abs(right) + Math.abs(down) > 4) moved = true;
    if (!moved) return;
    view.x = drag.view.x - (right / box.clientWidth) * view.width;
    view.y = drag.view.y - (down / box.clientHeight) * view.height;
    show();
  });
  window.addEventListener("pointerup", () => { drag = null; });
  box.addEventListener("dragstart", (event) => event.preventDefault());

  box.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link) return;
    event.preventDefault();
    if (!moved) choose(decodeURIComponent(link.getAttribute("href").slice(1)));
  });
  detail.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link) return;
    event.preventDefault();
    const id = decodeURIComponent(link.getAttribute("href").slice(1));
    choose(id);
    const drawn = links.filter((one) => decodeURIComponent(one.getAttribute("href").slice(1)) === id);
    // The widest is the one with the full text.
    if (drawn.length) goTo(drawn.reduce((one, other) => (other.getBBox().height > one.getBBox().height ? other : one)));
  });

  const steps = { ArrowLeft: [-0.1, 0], ArrowRight: [0.1, 0], ArrowUp: [0, -0.1], ArrowDown: [0, 0.1] };
  box.addEventListener("keydown", (event) => {
    if (event.key in steps) pan(...steps[event.key]);
    else if (event.key === "+" || event.key === "=") zoom(0.7);
    else if (event.key === "-") zoom(1.4);
    else return;
    event.preventDefault();
  });
  // Whoever walks through the links with the keyboard sees where they are.
  svg.addEventListener("focusin", (event) => {
    const link = event.target.closest("a");
    if (link?.matches(":focus-visible")) goTo(link);
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") detail.hidden = true; });
  window.addEventListener("resize", fit);
  fit();
})();
