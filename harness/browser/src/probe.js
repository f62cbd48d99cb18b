// Runs in a world of its own in each document: the page's scripts neither see nor change it.
(() => {
  const CONTROLS = "input, textarea, select, button, summary, a[href], [role=button], [role=link], [contenteditable=true]";
  let kept = [];

  // The elements of a root with those of its open shadow roots and of the frames of the same origin.
  const all = (root, selector, found = []) => {
    found.push(...root.querySelectorAll(selector));
    for (const element of root.querySelectorAll("*")) {
      if (element.shadowRoot) all(element.shadowRoot, selector, found);
      if (element.tagName === "IFRAME" && element.contentDocument) all(element.contentDocument, selector, found);
    }
    return found;
  };

  const visible = (element) => {
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.height > 0 && element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  };

  const plain = (text) => (text || "").replace(/\s+/g, " ").trim().slice(0, 200);

  const label = (element) => {
    const named = (element.getAttribute("aria-labelledby") || "").split(/\s+/).filter(Boolean);
    const texts = named.map((id) => element.getRootNode().getElementById?.(id)?.innerText);
    const labels = [...(element.labels || [])].map((it) => it.innerText);
    return plain(texts.join(" ")) || plain(element.getAttribute("aria-label")) || plain(labels.join(" ")) ||
      plain(element.getAttribute("placeholder")) || plain(element.title);
  };

  const presses = (element) =>
    ["BUTTON", "A", "SUMMARY"].includes(element.tagName) ||
    (element.tagName === "INPUT" && ["submit", "button", "image", "reset"].includes(element.type)) ||
    (!["INPUT", "TEXTAREA", "SELECT"].includes(element.tagName) && !element.isContentEditable);

  const words = (element) =>
    plain(element.innerText) || plain(element.tagName === "INPUT" ? element.value || element.alt : "") || label(element) ||
    plain([...element.querySelectorAll("img")].map((it) => it.alt).join(" "));

  const kind = (element) =>
    element.tagName === "A" || element.getAttribute("role") === "link" ? "link" :
      ["INPUT", "BUTTON"].includes(element.tagName) ? element.type : element.tagName.toLowerCase();

  const describe = (element, at) => ({
    at,
    presses: presses(element),
    kind: kind(element),
    name: element.getAttribute("name") || "",
    id: element.id || "",
    label: presses(element) ? words(element) : label(element),
    autocomplete: element.getAttribute("autocomplete") || "",
    enabled: !element.disabled && element.getAttribute("aria-disabled") !== "true",
    filled: element.type === "checkbox" || element.type === "radio" ? element.checked : !!element.value,
  });

  globalThis.cimdspec = {
    controls() {
      kept = all(document, CONTROLS).filter(visible);
      return kept.map(describe);
    },
    // Puts the caret there and marks what is typed already, so that typing replaces it.
    focus(at) {
      const element = kept[at];
      if (!element?.isConnected) return false;
      element.scrollIntoView({ block: "center" });
      element.focus();
      element.select?.();
      return true;
    },
    // Where to click; nothing where something else lies above it.
    place(at) {
      const element = kept[at];
      if (!element?.isConnected) return null;
      element.scrollIntoView({ block: "center" });
      const box = element.getBoundingClientRect();
      const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
      const hit = element.getRootNode().elementFromPoint?.(x, y);
      const inFrame = element.ownerDocument !== document;
      const free = !inFrame && hit && (element === hit || element.contains(hit) || hit.contains(element));
      return { x, y, free: !!free };
    },
    // `innerText` leaves out shadow roots; their texts come after the others.
    text: () => all(document, "body").map((body) => body.innerText).concat(
      all(document, "*").filter((it) => it.shadowRoot && visible(it)).map((it) => {
        const hidden = [...it.shadowRoot.querySelectorAll("style, script")].map((one) => one.textContent);
        return hidden.reduce((text, one) => text.replace(one, ""), it.shadowRoot.textContent);
      })).join("\n").trim(),
    has: (selector) => all(document, selector).some(visible),
    title: () => document.title,
  };

  let told = false;
  new MutationObserver(() => {
    if (told) return;
    told = true;
    setTimeout(() => { told = false; }, 20);
    cimdspecChanged("");
  }).observe(document, { childList: true, subtree: true, attributes: true, characterData: true });
})();
