// What a browser itself measures of a page: paints, shifts, long tasks, bytes, and the first row of a table.

/** Lets every page that `page` opens from now on keep its figures. */
export async function watch(page) {
  await page.addInitScript(() => {
    const kept = { lcp: 0, shift: 0, blocked: 0, rows: [] };
    window.keptFigures = kept;
    const observe = (type, take) =>
      new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true });
    observe("largest-contentful-paint", (entry) => {
      kept.lcp = entry.startTime;
    });
    observe("layout-shift", (entry) => {
      if (!entry.hadRecentInput) kept.shift += entry.value;
    });
    observe("longtask", (entry) => {
      kept.blocked += Math.max(0, entry.duration - 50);
    });
    // A row counts from the frame that shows it.
    const seen = new WeakSet();
    new MutationObserver(() => {
      for (const row of document.querySelectorAll("tr[data-row]")) {
        if (seen.has(row)) continue;
        seen.add(row);
        requestAnimationFrame(() => kept.rows.push({ at: performance.now(), text: row.innerText }));
      }
    }).observe(document, { subtree: true, childList: true });
  });
}

/** When the first row that has `text` was shown, in milliseconds since the page's navigation. */
export async function firstRow(page, text = "") {
  const row = await page.waitForFunction((wanted) => window.keptFigures.rows.find((one) => one.text.includes(wanted)), text);
  return (await row.jsonValue()).at;
}

/** The figures of the page as it is now. */
export async function figures(page) {
  return page.evaluate(() => {
    const { lcp, shift, blocked, rows } = window.keptFigures;
    const [navigation] = performance.getEntriesByType("navigation");
    const files = performance.getEntriesByType("resource").filter((one) => /\.(js|css)$/.test(new URL(one.name).pathname));
    return {
      ttfb: navigation.responseStart,
      fcp: performance.getEntriesByName("first-contentful-paint")[0]?.startTime,
      lcp,
      cls: shift,
      tbt: blocked,
      firstRow: rows[0]?.at,
      requests: performance.getEntriesByType("resource").length + 1,
      files: files.length,
      bytes: files.reduce((sum, one) => sum + one.transferSize, 0),
    };
  });
}
