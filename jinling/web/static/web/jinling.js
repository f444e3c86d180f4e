"use strict";
// What htmx and forms need beside markup: the live region, focus after a swap, one submit per form.
(() => {
  const say = (text) => {
    const region = document.getElementById("status");
    if (region && text) region.textContent = text;
  };
  document.addEventListener("htmx:afterSwap", (event) => {
    const place = event.detail.target;
    const spoken = place.querySelector("[data-announce]");
    if (spoken) say(spoken.dataset.announce);
    const heading = place.querySelector("[data-focus]");
    if (heading) heading.focus();
  });
  const failed = () => say(document.body.dataset.failed);
  document.addEventListener("htmx:sendError", failed);
  document.addEventListener("htmx:responseError", failed);
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent) { event.preventDefault(); return; }
    if (form.method === "post" && !form.hasAttribute("hx-post")) {
      form.dataset.sent = "1";
      say(document.body.dataset.sending);
    }
  });
  // A page taken back out of the browser's memory may be sent again.
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => { delete form.dataset.sent; });
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-autosubmit]")) event.target.form.requestSubmit();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
  });
  const current = () => {
    document.querySelectorAll(".strip [aria-current], .rail [aria-current], .side [aria-current]").forEach((item) => {
      item.parentElement.parentElement.scrollLeft = item.offsetLeft - item.parentElement.parentElement.offsetLeft - 60;
    });
  };
  document.addEventListener("htmx:afterSettle", current);
  current();
  const errors = document.getElementById("errors");
  if (errors) errors.focus();
})();
