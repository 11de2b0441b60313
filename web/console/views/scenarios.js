/**
 * The consumers that every Page of a sandbox has, and scenarios to begin with (docs/scenarios.md).
 *
 * @type {[psid: string, does: string][]}
 */
export const WELL_KNOWN = [
  ['5550100', 'picks up and says what it hears'],
  ['5550101', 'picks up and says a tone'],
  ['5550102', 'picks up and is silent'],
  ['5550103', 'picks up and presses 42#'],
  ['5550104', 'picks up and shows a test pattern'],
  ['5550105', 'loses a tenth of all packets'],
  ['5550106', 'picks up after ten seconds'],
  ['5550107', 'hangs up after five seconds'],
  ['5550108', 'hangs up and revokes the permission'],
  ['5550109', 'declines after two seconds'],
  ['5550110', 'rings and does nothing'],
  ['5550111', 'may be called, but has no device'],
  ['5550112', 'has not permitted calls'],
];

/** @type {[name: string, text: string][]} */
export const SCENARIOS = [
  [
    'Calls you',
    `[[consumer]]
name = "Ada"
steps = [
  "call",
  { expect = "connected", within = "60s" },
  { tone = 440, for = "3s" },
  "hang_up",
]
`,
  ],
  [
    'Answers and echoes',
    `[[consumer]]
name = "Ada"
steps = [
  "answer",
  "echo",
  { expect = "ended", within = "60s" },
]
`,
  ],
  [
    'Answers and presses keys',
    `[[consumer]]
name = "Ada"
steps = [
  "answer",
  { wait = "1s" },
  { press = "42#" },
  { expect = "ended", within = "60s" },
]
`,
  ],
  [
    'Asks back for permission',
    `[[consumer]]
name = "Ada"
permission = false
steps = [
  { write = "Hello, could you call me?" },
  { reply = "approve" },
  "answer",
  { expect = "ended", within = "60s" },
]
`,
  ],
  [
    'Has a bad network',
    `[[consumer]]
name = "Ada"
steps = [
  "answer",
  { lose = 20 },
  { tone = 440, for = "10s" },
  { lose = 0 },
  "hang_up",
]
`,
  ],
];
