import { html, repeat } from '../vendor/lit.js';

/**
 * What the other party shows, and this side's own camera in a corner.
 *
 * @param {object} app
 * @param {{pictures: import('./media/leg.js').Picture[], hasVideo: boolean, outgoing: import('./media/outgoing.js').Outgoing}} app.phone
 * @param {{say: (text: 'their_screen' | 'their_camera' | 'own_camera') => string}} app.texts
 */
export function picturesView({ phone, texts }) {
  const { camera } = phone.outgoing;
  return html`
    <div class="pictures" id="pictures" ?hidden=${!phone.hasVideo}>
      ${repeat(
        phone.pictures,
        ({ track }) => track,
        ({ track, isScreen }) =>
          html`<video
            data-screen=${isScreen}
            aria-label=${texts.say(isScreen ? 'their_screen' : 'their_camera')}
            autoplay
            playsinline
            .muted=${true}
            .srcObject=${streamOf(track)}
          ></video>`,
      )}
      <video
        id="own-picture"
        data-mirrored=${phone.outgoing.isMirrored}
        aria-label=${texts.say('own_camera')}
        autoplay
        playsinline
        .muted=${true}
        ?hidden=${!camera}
        .srcObject=${camera && streamOf(camera)}
      ></video>
    </div>
  `;
}

/** A stream for a track: always the same, so that a picture does not begin anew. @param {MediaStreamTrack} track */
function streamOf(track) {
  const stream = streams.get(track) ?? new MediaStream([track]);
  streams.set(track, stream);
  return stream;
}

/** @type {WeakMap<MediaStreamTrack, MediaStream>} */
const streams = new WeakMap();
