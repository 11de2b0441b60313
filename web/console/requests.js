import { VERSION } from './graph-api.js';

/**
 * The requests that the builder knows: each as its reader would first write it.
 *
 * @typedef {{page: string, psid: string, call: string, app: string, sdp: string, version: number, track: string}} Known what is known when it is filled in
 * @typedef {{name: string, group: string, method: string, path: (known: Known) => string, body?: (known: Known) => object,
 *            token: 'page' | 'app', offers?: boolean, words: string}} Kind `offers`: its body has an SDP offer, which this tab can make
 */

/** @param {string} action @param {Known} known @param {object} [more] */
function call(action, known, more = {}) {
  return { platform: 'messenger', action, call_id: known.call, ...more };
}

/** @param {string} edge @returns {(known: Known) => string} */
function ofPage(edge) {
  return ({ page }) => `/${VERSION}/${page}/${edge}`;
}

/** @type {Record<string, Kind>} */
export const KINDS = {
  connect: {
    name: 'Call a consumer',
    group: 'Calls',
    method: 'POST',
    path: ofPage('calls'),
    token: 'page',
    offers: true,
    words: 'Rings the consumer’s devices. Needs their permission.',
    body: ({ psid, sdp }) => ({ platform: 'messenger', to: psid, action: 'connect', session: { sdp_type: 'offer', sdp } }),
  },
  accept: {
    name: 'Accept',
    group: 'Calls',
    method: 'POST',
    path: ofPage('calls'),
    token: 'page',
    offers: true,
    words: 'Picks up a call that a consumer started.',
    body: (known) => call('accept', known, { session: { sdp_type: 'offer', sdp: known.sdp } }),
  },
  reject: {
    name: 'Reject',
    group: 'Calls',
    method: 'POST',
    path: ofPage('calls'),
    token: 'page',
    words: 'Declines a call that a consumer started.',
    body: (known) => call('reject', known),
  },
  terminate: {
    name: 'Terminate',
    group: 'Calls',
    method: 'POST',
    path: ofPage('calls'),
    token: 'page',
    words: 'Ends a call, or gives up calling.',
    body: (known) => call('terminate', known),
  },
  media_update: {
    name: 'Update media',
    group: 'Calls',
    method: 'POST',
    path: ofPage('calls'),
    token: 'page',
    words: 'Switches tracks on and off. `msid` is the track’s id in your SDP, as the chosen call’s has it; versions count the changes.',
    body: (known) =>
      call('media_update', known, {
        from_version: known.version,
        to_version: known.version + 1,
        tracks: [{ msid: known.track || 'the track’s id', label: 'default_audio', status: 'disabled' }],
      }),
  },
  call_metrics: {
    name: 'Send metrics',
    group: 'Calls',
    method: 'POST',
    path: ofPage('call_metrics'),
    token: 'page',
    words: 'Tells what your side measured, once the call is over.',
    body: ({ call: call_id }) => ({
      platform: 'messenger',
      call_id,
      end_call_reason: 'HANGUP_CALL',
      call_ended_time: Math.floor(Date.now() / 1000),
      first_audio_packet_received_time: Math.floor(Date.now() / 1000) - 60,
      audio_stats: { jitter: 0.004, packets_lost: 1, packets_received: 2900 },
    }),
  },
  call_permissions: {
    name: 'May I call?',
    group: 'Permissions',
    method: 'GET',
    token: 'page',
    path: (known) => `${ofPage('messenger_call_permissions')(known)}?${new URLSearchParams({ psid: known.psid })}`,
    words: 'Whether the consumer may be called, and what bounds that.',
  },
  permission_request: {
    name: 'Ask for permission',
    group: 'Permissions',
    method: 'POST',
    path: ofPage('messages'),
    token: 'page',
    words: 'Puts a card with Accept and Decline into the conversation, if the consumer wrote within 24 hours.',
    body: ({ psid }) => ({
      recipient: { id: psid },
      message: { attachment: { type: 'template', payload: { template_type: 'calling_optin' } } },
    }),
  },
  call_prompt: {
    name: 'Send a call button',
    group: 'Permissions',
    method: 'POST',
    path: ofPage('messages'),
    token: 'page',
    words: 'Puts a button into the conversation with which the consumer calls.',
    body: ({ psid }) => ({
      recipient: { id: psid },
      message: { attachment: { type: 'template', payload: { template_type: 'call_prompt', ttl_days: 7 } } },
    }),
  },
  message: {
    name: 'Write',
    group: 'Permissions',
    method: 'POST',
    path: ofPage('messages'),
    token: 'page',
    words: 'Writes to the consumer, if they wrote within 24 hours.',
    body: ({ psid }) => ({ recipient: { id: psid }, message: { text: 'Hello! May we call you?' } }),
  },
  call_settings: {
    name: 'Read call settings',
    group: 'Settings',
    method: 'GET',
    path: ofPage('messenger_call_settings'),
    token: 'page',
    words: 'Whether consumers can call, when, and who is rung.',
  },
  change_call_settings: {
    name: 'Change call settings',
    group: 'Settings',
    method: 'POST',
    path: ofPage('messenger_call_settings'),
    token: 'page',
    words: 'What is left out stays as it is.',
    body: () => ({
      audio_enabled: true,
      icon_enabled: true,
      call_hours: {
        timezone_id: 'Africa/Nairobi',
        weekly_operating_hours: [{ day_of_week: 'MONDAY', open_time: '0800', close_time: '1700' }],
      },
    }),
  },
  feature_status: {
    name: 'Is calling enabled?',
    group: 'Settings',
    method: 'POST',
    path: ofPage('business_messaging_feature_status'),
    token: 'page',
    words: 'Whether the Page may use the Calling API.',
    body: () => ({ features: [{ feature: 'messenger_api_calling' }] }),
  },
  subscribe_app: {
    name: 'Name a callback URL',
    group: 'Webhooks',
    method: 'POST',
    path: ({ app }) => `/${VERSION}/${app}/subscriptions`,
    token: 'app',
    words: 'Where the app’s webhooks go. The URL must answer the handshake.',
    body: () => ({
      object: 'page',
      callback_url: 'http://127.0.0.1:3000/webhook',
      verify_token: 'verify me',
      fields: 'calls,call_permission_reply,messages',
    }),
  },
  app_subscription: {
    name: 'Read the callback URL',
    group: 'Webhooks',
    method: 'GET',
    path: ({ app }) => `/${VERSION}/${app}/subscriptions`,
    token: 'app',
    words: 'Where the app’s webhooks go now.',
  },
  subscribe_page: {
    name: 'Subscribe to a Page',
    group: 'Webhooks',
    method: 'POST',
    path: ofPage('subscribed_apps'),
    token: 'page',
    words: 'Which of the Page’s webhooks the app gets.',
    body: () => ({ subscribed_fields: 'calls,call_permission_reply,messages' }),
  },
  page_subscriptions: {
    name: 'Read subscriptions',
    group: 'Webhooks',
    method: 'GET',
    path: ofPage('subscribed_apps'),
    token: 'page',
    words: 'Which apps get the Page’s webhooks.',
  },
};
