// Follows an order: asks for the part of its page that changes until the order has ended.
// Without this script the page reloads itself.
"use strict";

(() => {
  const live = document.getElementById("live");
  const news = document.getElementById("news");
  if (!live || live.dataset.ended === "true") return;

  const EVERY_MS = 500;
  const SLOWEST_MS = 15000;
  let wait = EVERY_MS;
  let waited = live.dataset.waits === "true";

  // What a reader has opened stays open, though the text around it is new.
  const replace = (text) => {
    const open = live.querySelector("details")?.open;
    live.innerHTML = text; // our own template, escaped on the server
    const details = live.querySelector("details");
    if (details && open) details.open = true;
  };

  const announce = () => {
    const said = [...live.querySelectorAll(".steps .said")].pop();
    if (said && said.textContent !== news.textContent) news.textContent = said.textContent;
  };

  const look = async () => {
    try {
      const answer = await fetch(live.dataset.from, { headers: { Accept: "text/html" }, redirect: "error" });
      if (!answer.ok) throw new Error(String(answer.status));
      const text = await answer.text();
      if (text !== live.dataset.seen) {
        live.dataset.seen = text;
        replace(text);
        announce();
      }
      wait = EVERY_MS;
      const waits = answer.headers.get("X-Order-Waits") === "true";
      const ended = answer.headers.get("X-Order-Ended") === "true";
      // The rest of the page (diffs, decision, links) changes at these two moments only.
      if (ended || waits !== waited) {
        if (!document.activeElement || !document.activeElement.matches("input, textarea")) location.reload();
        waited = waits;
        if (ended) return;
      }
    } catch {
      wait = Math.min(wait * 2, SLOWEST_MS); // away: ask more seldom
    }
    setTimeout(look, document.hidden ? SLOWEST_MS : wait);
  };

  setTimeout(look, EVERY_MS);
})();
