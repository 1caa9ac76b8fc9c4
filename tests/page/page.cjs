// page.cjs - the web page in a real browser: what a person sees, does, and must not suffer.
//
//     node tests/page/page.cjs FOLDER CHROMIUM
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const { chromium } = require("playwright-core");

const [folder, executablePath] = process.argv.slice(2);
const LONGEST_MS = 2000;
const LARGEST = 10 * 1000 * 1000;
let passed = 0, failed = 0;

function check(what, good, detail) {
  if (good) return void passed++;
  failed++;
  console.log(`page: ${what}${detail === undefined ? "" : `: ${String(detail).slice(0, 400)}`}`);
}

const fileOf = name => path.resolve(folder, `${name}.html`);

async function open(browser, name, options = {}) {
  const page = await browser.newPage({ viewport: { width: 1200, height: 900 }, ...options });
  const bad = [];
  page.on("pageerror", e => bad.push(e.message));
  page.on("console", m => m.type() === "error" && bad.push(m.text()));
  page.on("request", r => r.url().startsWith("file:") || r.url().startsWith("blob:") || bad.push(`asked for ${r.url()}`));
  const begin = Date.now();
  await page.goto(`file://${fileOf(name)}`);
  await page.waitForSelector("body[data-ready]", { timeout: 30000 });
  return { page, bad, took: Date.now() - begin };
}

const shown = page => page.locator("#rows > li").count();
const said = page => page.textContent("#count");

async function testFilters(browser) {
  const { page, bad } = await open(browser, "samples");
  const all = await shown(page);
  check("the samples are shown", all > 50, all);
  check("the verdict is said first", /handshakes failed/.test(await page.textContent("#verdict")));

  await page.keyboard.press("/");
  await page.keyboard.type("expired mosquitto");
  check("words are searched together", (await shown(page)) < all, await said(page));
  await page.fill("#search", "no such words anywhere");
  check("what nothing matches shows nothing", (await shown(page)) === 0);
  await page.click("text=Show all");
  check("all can be shown again", (await shown(page)) === all);

  await page.selectOption("#outcome", "failed");
  const failures = await shown(page);
  check("an outcome filters", failures > 10 && failures < all, failures);
  check("each row says its outcome in a word", await page.locator("#rows .badge.failed").count() === failures);
  await page.click("#outcomes .failed");
  check("its tile switches it off", (await shown(page)) === all);
  await page.locator("#causes button").first().click();
  check("a cause filters", (await shown(page)) < all);
  await page.click("text=Show all");
  await page.locator("#matrix td button").first().click();
  check("a pair filters", (await shown(page)) < all && await page.locator("#chips button").count() === 2);
  await page.click("text=Show all");
  await page.locator("#times .bin").first().focus();
  await page.keyboard.press("Enter");
  check("a column of the time line filters, by key", (await shown(page)) < all && await page.locator("#chips button").count() === 1);
  check("nothing was complained about", bad.length === 0, bad.join("; "));
  await page.close();
}

async function testDetail(browser) {
  const { page, bad } = await open(browser, "samples");
  await page.fill("#search", "cert-expired-tls12-mosquitto");
  const row = page.locator("#rows .row").first();
  await row.focus();
  await page.keyboard.press("Enter");
  check("a row opens by key", await row.getAttribute("aria-expanded") === "true");
  const detail = page.locator("#rows .detail");
  check("the ladder is drawn", await detail.locator(".ladder .step").count() >= 6);
  check("the deciding step is marked", /certificate_expired/.test(await detail.locator(".step.marked").last().textContent()));
  check("what never came is said", /never came/.test(await detail.locator(".waits").textContent()));
  check("the chain has its two certificates", await detail.locator(".chain li").count() === 2);
  check("the leaf had ended", /it had ended/.test(await detail.locator(".chain li").first().textContent()));
  const copies = await detail.locator(".copy code").allTextContents();
  check("a command can be copied", copies.some(c => c.startsWith("openssl s_client -connect")), copies.join(" | "));
  check("a Wireshark filter can be copied", copies.some(c => /^ip\.addr == .* && tcp\.port == /.test(c)));
  await detail.locator(".copy button").first().click();
  const copied = detail.locator(".copy button", { hasText: "Copied" });
  check("copying says that it did", await copied.waitFor({ timeout: 2000 }).then(() => true, () => false));
  await row.focus();
  await page.keyboard.press("Escape");
  check("Escape closes it", await page.locator("#rows .detail").count() === 0);
  check("nothing was complained about", bad.length === 0, bad.join("; "));
  await page.close();
}

async function testChange(browser) {
  const { page, bad } = await open(browser, "change");
  await page.fill("#search", "expired");
  await page.locator("#rows .row").first().click();
  const text = await page.textContent("#rows .detail");
  check("what changed is told", /What changed since it worked/.test(text) && /certificate: CN=broker\.home\.arpa until 2028/.test(text), text);
  check("nothing was complained about", bad.length === 0, bad.join("; "));
  await page.close();
}

async function testHostile(browser) {
  const { page, bad } = await open(browser, "hostile");
  for (const row of await page.locator("#rows .row").all()) await row.click();
  for (const more of await page.locator("#rows details summary").all()) await more.click();
  await page.mouse.move(300, 500);
  check("hostile names did not run", await page.evaluate(() => window.hacked) === undefined);
  check("they made no element", await page.locator("#rows img, #rows script").count() === 0);
  const text = await page.textContent("#rows");
  check("they are shown as they are", text.includes("<script>window.hacked=4</script>") && text.includes("onerror="), text.slice(0, 200));
  check("the policy allows this script alone", /script-src 'sha256-[^']+'$/.test(
    await page.getAttribute("meta[http-equiv]", "content")));
  const ran = await page.evaluate(() => new Promise(resolve => {
    const script = document.createElement("script");
    script.textContent = "window.injected = true";
    document.body.append(script);
    setTimeout(() => resolve(window.injected === true), 50);
  }));
  check("an injected script would not run", !ran);
  check("only that one was complained about", bad.length <= 1, bad.join("; "));
  await page.close();
}

async function testMany(browser) {
  const { page, bad, took } = await open(browser, "many");
  check("10,000 handshakes open in time", took < LONGEST_MS, `${took} ms`);
  check("all of them are there", (await said(page)).startsWith("All 10,000"), await said(page));
  check("the file stays small", fs.statSync(fileOf("many")).size < LARGEST, fs.statSync(fileOf("many")).size);
  const before = await shown(page);
  await page.click("#more");
  check("more rows can be shown", (await shown(page)) > before);
  await page.fill("#search", "lamp-09999");
  check("one of them is found", (await shown(page)) === 1, await said(page));
  check("nothing was complained about", bad.length === 0, bad.join("; "));
  await page.close();
}

// On a phone, in both schemes: nothing is wider than the screen, and text stands out enough.
async function testLooks(browser) {
  for (const colorScheme of ["light", "dark"]) {
    const { page } = await open(browser, "samples", { viewport: { width: 390, height: 800 }, colorScheme });
    await page.locator("#rows .row").first().click();
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    check(`nothing is wider than a phone, ${colorScheme}`, wide <= 390, wide);
    const low = await page.evaluate(leastContrast);
    check(`contrast of 4.5 to 1, ${colorScheme}`, low.ratio >= 4.5, JSON.stringify(low));
    await page.close();
  }
}

// Runs in the page: the least contrast of any text against what is behind it (WCAG 2.1 §1.4.3).
function leastContrast() {
  const parse = c => (c.match(/[\d.]+/g) || []).map(Number);
  const luminance = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = e => {
    for (; e; e = e.parentElement) {
      const c = parse(getComputedStyle(e).backgroundColor);
      if (c.length === 3 || c[3] > 0) return c;
    }
    return [255, 255, 255];
  };
  let low = { ratio: 99 };
  for (const e of document.querySelectorAll("body *")) {
    if (![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()) || !e.getClientRects().length) continue;
    const style = getComputedStyle(e), svg = e instanceof SVGElement;
    if (/^(SCRIPT|STYLE|TITLE|OPTION)$/i.test(e.tagName)) continue;
    const [a, b] = [luminance(parse(svg ? style.fill : style.color)), luminance(behind(e))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < low.ratio) low = { ratio, tag: e.tagName, text: e.textContent.slice(0, 40) };
  }
  return low;
}

async function main() {
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  for (const test of [testFilters, testDetail, testChange, testHostile, testMany, testLooks]) {
    try {
      await test(browser);
    } catch (e) {
      check(test.name, false, e.message);
    }
  }
  await browser.close();
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed ? 1 : 0);
}

main();
