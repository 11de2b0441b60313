import assert from 'node:assert/strict';
import { test } from 'node:test';

import { judge } from '../kit/media/quality.js';

/** A second of sound after a call's first minute, as it should be. */
const before = { received: 3000, lost: 0, jitterS: 0.004, roundTripS: 0.04 };
const fine = { received: 3050, lost: 0, jitterS: 0.004, roundTripS: 0.04 };

test('a network is judged by what was lost of late, by how evenly it delivers and by how far the other side is', () => {
  assert.equal(judge(before, fine), 'good');
  assert.equal(judge(before, { ...fine, received: 3048, lost: 2 }), 'fair');
  assert.equal(judge(before, { ...fine, received: 3040, lost: 10 }), 'poor');
  assert.equal(judge(before, { ...fine, roundTripS: 0.4 }), 'fair');
  assert.equal(judge(before, { ...fine, roundTripS: 0.9 }), 'poor');
  assert.equal(judge(before, { ...fine, jitterS: 0.06 }), 'fair');
  assert.equal(judge(before, { ...fine, jitterS: 0.2 }), 'poor');
});

test('what was lost before counts no more', () => {
  assert.equal(judge({ ...before, lost: 900 }, { ...fine, lost: 900 }), 'good');
});

test('silence that the other side does not send is no loss', () => {
  assert.equal(judge(before, before), 'good');
});
