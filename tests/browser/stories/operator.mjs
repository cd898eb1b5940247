import assert from 'node:assert/strict';

import { creditCode } from '../lib/codes.mjs';
import { own, story } from '../lib/story.mjs';
import { become, signUp, verify } from '../lib/steps.mjs';

story('the operator returns what is not right, verifies what is, and sees what runs', async (operator, another) => {
  const name = `上海闻${own(operator.look, ['澜', '溪', '泊', '汀'])}智造有限公司`;
  const email = `officer-${operator.look.locale}-${operator.look.width}@wenlan.example`;
  const enterprise = await another();
  await signUp(enterprise, 'enterprise', { name, code: creditCode('91'), province: '310000', person: '陆其深', email });

  await become(operator, 'operator');
  await operator.see('operator-1-queue');
  await operator.arrive(() => operator.page.getByRole('link', { name, exact: true }).click());
  await operator.see('operator-2-dossier');

  // Nothing is returned without a reason.
  await operator.press('operator.return');
  await operator.page.locator('#mistakes').waitFor();
  await operator.see('operator-3-no-reason');
  await operator.fill('reason', '请填写营业执照上的完整名称。');
  await operator.press('operator.return');
  await operator.reads('flash.returned');

  await enterprise.open('/workspace');
  await enterprise.reads('workspace.returned');
  await enterprise.see('operator-4-returned');
  await enterprise.follow('workspace.mend');
  await enterprise.fill('name', `${name.replace('有限公司', '')}（上海）有限公司`);
  await enterprise.see('operator-5-mending');
  await enterprise.press('common.save');
  await enterprise.reads('flash.organisation_saved');
  assert.equal(enterprise.letters(email).length, 2, 'one letter to confirm the address, one with the reason');

  await verify(operator, `${name.replace('有限公司', '')}（上海）有限公司`);
  await enterprise.open('/workspace');
  await enterprise.reads('standing.verified');

  // Suspended and let back.
  const dossier = new URL(await enterprise.page.locator('.head a').first().getAttribute('href'), 'http://x').pathname;
  await operator.open(`/operator${dossier}`);
  await operator.see('operator-6-verified');
  await operator.fill('reason', '有人举报信息不实，正在核实。');
  await operator.press('operator.suspend');
  await operator.reads('flash.suspended');
  await enterprise.open('/workspace');
  await enterprise.reads('workspace.suspended');
  await enterprise.see('operator-7-suspended');
  await operator.open(`/operator${dossier}`);
  await operator.press('operator.reinstate');
  await operator.reads('flash.reinstated');

  await operator.open('/operator/jobs');
  await operator.see('operator-8-jobs');
  await operator.arrive(() => operator.page.locator('.tabs a', { hasText: operator.say('job_state.done') }).click());
  assert.ok((await operator.page.locator('tbody tr').count()) > 0);
  await operator.see('operator-9-jobs-done');
  await operator.open('/operator/imports');
  assert.ok((await operator.page.locator('tbody tr').count()) > 0);
  await operator.see('operator-10-imports');

  // What people search for in vain gets a meaning, and is found from then on.
  const words = `量子扳${own(operator.look, ['甲', '乙', '丙', '丁'])}`;
  const stranger = await another();
  for (let times = 0; times < 3; times += 1) {
    await stranger.open(`/search?q=${words}`);
    await stranger.reads('search.nothing_for', { query: words });
  }
  await operator.open('/operator/questions');
  await operator.page.locator('.list strong', { hasText: words }).waitFor();
  await operator.see('operator-10b-questions');
  await operator.fill('words', words);
  await operator.fill('means', '量子车床');
  await operator.press('questions.add_go');
  await operator.page.locator('#mistakes').waitFor();
  await operator.see('operator-10c-means-nothing');
  await operator.fill('means', '车工');
  await operator.press('questions.add_go');
  await operator.reads('flash.meaning_decided');
  await operator.see('operator-10d-decided');
  await stranger.open(`/search?q=${words}`);
  await stranger.reads('search.read_as', { query: words, read_as: '车工' });
  await stranger.see('operator-10e-read-as');

  // All of this is the operator's alone.
  for (const path of ['/operator', '/operator/jobs', '/operator/imports', '/operator/questions', `/operator${dossier}`]) {
    await stranger.open(path);
    assert.equal(new URL(stranger.page.url()).pathname, '/sign-in');
  }
  await enterprise.open('/operator', 403);
  await enterprise.see('operator-11-not-allowed');
});
