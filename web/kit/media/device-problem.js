/**
 * Why a microphone or a camera did not open, in words for a page in English; a page in other languages goes by the name.
 *
 * @typedef {'microphone' | 'camera'} Device
 * @typedef {'blocked' | 'missing' | 'taken' | 'insecure'} Reason
 */
export class DeviceProblem extends Error {
  /**
   * @param {Device} device
   * @param {Reason} reason
   */
  constructor(device, reason) {
    super(SENTENCES[reason](device));
    this.device = device;
    this.reason = reason;
  }
}

/**
 * @param {Device} device
 * @param {MediaStreamConstraints} wanted
 * @returns {Promise<MediaStream>}
 */
export async function open(device, wanted) {
  if (!navigator.mediaDevices) throw new DeviceProblem(device, 'insecure');
  try {
    return await navigator.mediaDevices.getUserMedia(wanted);
  } catch (error) {
    const reason = REASONS[error instanceof DOMException ? error.name : ''];
    throw reason ? new DeviceProblem(device, reason) : error;
  }
}

/** By the names of DOMException (Media Capture and Streams, section 10.2). @type {Record<string, Reason | undefined>} */
const REASONS = {
  NotAllowedError: 'blocked',
  SecurityError: 'blocked',
  NotFoundError: 'missing',
  OverconstrainedError: 'missing',
  NotReadableError: 'taken',
  AbortError: 'taken',
};

/** @type {Record<Reason, (device: Device) => string>} */
const SENTENCES = {
  blocked: (device) => `The ${device} is blocked. Allow it in the address bar and try again.`,
  missing: (device) => `There is no ${device}.`,
  taken: (device) => `Another program uses the ${device}.`,
  insecure: (device) => `The browser gives a page the ${device} over https only.`,
};
