/** English: what the consumer’s client and the desk both say; the other languages have the same keys. */
export default {
  title_ringing: '{name} is calling',

  online: 'Online',
  reconnecting: 'Connecting again…',
  load_again: 'Load again',
  closed_misunderstanding: 'This page is too old or too new for the service. Load it again.',

  more: 'More',
  language_choice: 'Language',

  accept: 'Accept',
  mute: 'Mute',
  camera: 'Camera',
  screen: 'Screen',
  speaker: 'Speaker',
  hang_up: 'Hang up',
  cancel: 'Cancel',
  sound_on: 'Turn the sound on',

  their_camera: 'Their camera',
  their_screen: 'Their screen',
  own_camera: 'Your camera',

  state_calling: 'Calling…',
  state_connected: 'In call',
  network_good: 'Good connection',
  network_fair: 'Unsteady connection',
  network_poor: 'Poor connection',

  end_interrupted: 'The call was interrupted',
  end_with_time: '{end} · {time}',

  microphone_blocked: 'The microphone is blocked. Allow it in the address bar and try again.',
  microphone_missing: 'No microphone was found. Connect one and try again.',
  microphone_taken: 'Another program uses the microphone. Close it and try again.',
  microphone_insecure: 'The browser gives this page the microphone over https only.',
  camera_blocked: 'The camera is blocked. Allow it in the address bar and try again.',
  camera_missing: 'No camera was found. Connect one, or go on without it.',
  camera_taken: 'Another program uses the camera. Close it and try again.',
  camera_insecure: 'The browser gives this page the camera over https only.',

  refused_overloaded: 'The service is busy. Try again.',
  refused_draining: 'The service starts anew. Try again in a minute.',
  went_wrong: 'That did not work. Try again.',
  line_broke: 'The connection broke. Try again.',
};
