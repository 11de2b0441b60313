/** By which key a call that rings is answered. */
export const KEYS = { accept: 'F8', refuse: 'F9' };
