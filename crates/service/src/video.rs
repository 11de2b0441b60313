//! Video needs the Page's switch.

use offhook_call::{PageId, Track, TrackLabel};
use offhook_store::Error;

use crate::Service;

impl Service {
    /// A party's tracks, as far as the Page allows video. `None`: one is video that is on, and the Page's
    /// `video_enabled` is off. Video that an offer has without naming it stays off then.
    pub(crate) async fn permitted(&self, page: PageId, tracks: &[Track]) -> Result<Option<Vec<Track>>, Error> {
        if self.store().page(page).await?.is_none_or(|page| page.settings.video_enabled) {
            return Ok(Some(tracks.to_vec()));
        }
        if tracks.iter().any(|track| track.on && track.label.is_video()) {
            return Ok(None);
        }
        let off = [TrackLabel::DefaultVideo, TrackLabel::ScreenVideo];
        let off = off.map(|label| Track { msid: None, label, on: false });
        Ok(Some(tracks.iter().cloned().chain(off).collect()))
    }
}
