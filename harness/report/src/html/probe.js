// What a page does and how it looks, as JSON; it runs in the tests only, and never stands on a page that is written.
(() => {
  const own = document.querySelectorAll('script');
  const ours = new Set([own[0], own[own.length - 1]]);
  const foreign = [];
  for (const element of document.querySelectorAll('*')) {
    if (ours.has(element)) continue;
    if (['SCRIPT', 'IMG', 'IFRAME', 'OBJECT', 'EMBED', 'LINK', 'FORM', 'BASE'].includes(element.tagName.toUpperCase())) {
      foreign.push(element.tagName.toUpperCase());
    }
    for (const { name } of element.attributes) {
      if (name.startsWith('on')) foreign.push(`${element.tagName.toUpperCase()} ${name}`);
    }
    const link = element.getAttribute('href');
    const isOwn = /^(index|report-[0-9]+)\.html(#|$)/.test(link);
    if (link !== null && !isOwn && !link.startsWith('https://') && !link.startsWith('#')) foreign.push(`A ${link}`);
  }

  const channels = text => (text.match(/[\d.]+/g) || []).map(Number);
  const luminance = ([r, g, b]) => {
    const linear = [r, g, b].map(v => v / 255).map(v => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  };
  const ground = element => {
    for (let at = element; at; at = at.parentElement) {
      const mark = at.matches('g.decides') ? at.closest('svg').querySelector('rect.mark') : null;
      if (mark) return channels(getComputedStyle(mark).fill);
      const colour = channels(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const faint = [];
  let texts = 0;
  document.querySelectorAll('details').forEach(details => { details.open = true; });
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || ['SCRIPT', 'TITLE', 'DESC'].includes(element.tagName.toUpperCase())) continue;
    texts += 1;
    const style = getComputedStyle(element);
    const [a, b] = [channels(element.closest('svg') ? style.fill : style.color), ground(element)].map(luminance);
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < 4.5) faint.push(`${contrast.toFixed(2)} ${walker.currentNode.data.trim().slice(0, 40)}`);
  }

  const headings = [];
  let last = 0;
  for (const heading of document.querySelectorAll('h1, h2, h3, h4, h5, h6')) {
    const level = Number(heading.tagName[1]);
    if (level > last + 1) headings.push(`h${level} after h${last}: ${heading.textContent.slice(0, 40)}`);
    last = level;
  }

  // Images that fail to load call their handlers later.
  setTimeout(() => {
    const told = {
      dark: matchMedia('(prefers-color-scheme: dark)').matches,
      ran: window.ran, foreign, faint, texts, headings,
      overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    };
    const place = window.parent.document.createElement('pre');
    place.id = 'probe';
    place.textContent = JSON.stringify(told);
    window.parent.document.body.append(place);
  }, 300);
})();
