// Every text on the page whose contrast with what lies behind it is below 4.5 to 1 (WCAG AA).
() => {
  const channel = (value) => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  const luminance = ([red, green, blue]) =>
    0.2126 * channel(red / 255) + 0.7152 * channel(green / 255) + 0.0722 * channel(blue / 255);
  const colours = (text) =>
    (text.match(/rgba?\([^)]*\)/g) ?? []).map((one) => one.match(/[\d.]+/g).map(Number));
  const solid = (colour) => colour.length < 4 || colour[3] > 0;
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const { backgroundColor, backgroundImage } = getComputedStyle(at);
      const found = [...colours(backgroundImage), ...colours(backgroundColor)].filter(solid);
      if (found.length) return found;
    }
    return [[255, 255, 255]];
  };
  const contrast = (one, other) => {
    const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const faint = new Set();
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || element.closest(".unseen, .skip, svg")) continue;
    const [colour] = colours(getComputedStyle(element).color);
    const worst = Math.min(...behind(element).map((ground) => contrast(colour, ground)));
    if (worst < 4.5) faint.add(`${element.className} ${texts.currentNode.data}: ${worst}`);
  }
  return [...faint];
}
