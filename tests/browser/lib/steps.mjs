// What several stories do alike.
import assert from 'node:assert/strict';

export const PASSWORD = 'nine lamps under the bridge';

/** One press on the demonstration's page. */
export async function become(visitor, role) {
  await visitor.open('/demo');
  await visitor.arrive(() => visitor.press(`demo.${role}_go`));
}

/** The operator opens the queue, finds the organisation, reads its dossier and lets it in. */
export async function verify(operator, name) {
  await become(operator, 'operator');
  await operator.page.getByRole('link', { name, exact: true }).click();
  await operator.press('operator.verify');
  await operator.reads('flash.verified');
}

/** Fills the form of sign-up from its second step on. */
export async function signUp(visitor, side, { name, code, kind, province, person, email }) {
  await visitor.open(`/sign-up?side=${side}`);
  await visitor.fill('name', name);
  await visitor.fill('credit_code', code);
  if (kind) await visitor.page.locator(`[name=kinds][value=${kind}]`).check();
  await visitor.choose('province', province);
  await visitor.fill('person_name', person);
  await visitor.fill('email', email);
  await visitor.fill('password', PASSWORD);
  await visitor.press('sign.up_go');
  assert.equal(new URL(visitor.page.url()).pathname, '/workspace');
}

/** The colleges that only the register knows, as the search shows them. */
export async function unjoined(visitor) {
  const names = new Set();
  for (const query of ['数控', '护理', '智能']) {
    await visitor.open(`/search?kind=register&q=${query}`);
    const rows = visitor.page.locator('.list .item', { hasText: visitor.say('standing.listed') });
    for (const name of await rows.locator('p.row > span:first-child').allInnerTexts()) names.add(name.trim());
  }
  return [...names].sort();
}

/** Reads the page again until it has what `selector` names: what a job does comes a moment later. */
export async function until(visitor, selector, times = 60) {
  for (let tries = 0; tries < times; tries += 1) {
    if ((await visitor.page.locator(selector).count()) > 0) return;
    await visitor.page.waitForTimeout(250);
    await visitor.page.reload();
  }
  throw new Error(`${selector} did not come to ${visitor.page.url()}`);
}
