"use strict";
// Sends the file with a bar of the bytes sent, and takes a dropped file. Without script the form is sent as it is.
(() => {
  const part = (id) => document.getElementById(id);
  const inMegabytes = (bytes) => `${(bytes / 1048576).toFixed(1)} MB`;
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.id !== "upload" || event.defaultPrevented) return;
    event.preventDefault();
    const request = new XMLHttpRequest();
    const free = () => {
      delete form.dataset.sent;
      part("send").disabled = false;
      part("bytes").hidden = true;
    };
    request.open("POST", form.getAttribute("action") || window.location.href);
    request.upload.addEventListener("progress", (step) => {
      if (!step.lengthComputable) return;
      part("bytes-bar").max = step.total;
      part("bytes-bar").value = step.loaded;
      part("bytes-told").textContent = `${inMegabytes(step.loaded)} / ${inMegabytes(step.total)}`;
    });
    request.addEventListener("load", () => {
      if (request.status < 300 && new URL(request.responseURL).pathname !== window.location.pathname) {
        window.location.assign(request.responseURL);
        return;
      }
      const answer = new DOMParser().parseFromString(request.responseText, "text/html").getElementById("main");
      if (!answer) { free(); part("status").textContent = document.body.dataset.failed; return; }
      part("main").replaceWith(answer);
      if (part("errors")) part("errors").focus();
    });
    request.addEventListener("error", () => {
      free();
      part("status").textContent = document.body.dataset.failed;
    });
    part("bytes").hidden = false;
    part("send").disabled = true;
    request.send(new FormData(form));
  });
  document.addEventListener("change", ({ target }) => {
    if (target.id !== "file") return;
    const large = target.files.length && target.files[0].size > Number(target.dataset.most);
    target.setCustomValidity(large ? part("file-large").textContent.trim() : "");
  });
  const zone = (event) => event.target.closest && event.target.closest("#drop");
  document.addEventListener("dragover", (event) => { if (zone(event)) event.preventDefault(); });
  document.addEventListener("drop", (event) => {
    if (!zone(event) || !event.dataTransfer.files.length) return;
    event.preventDefault();
    part("file").files = event.dataTransfer.files;
    part("file").dispatchEvent(new Event("change", { bubbles: true }));
  });
})();
