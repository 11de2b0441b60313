//! Video needs the Page's switch.

use offhook_call::{PageId, Track, TrackLabel};
use offhook_store::Error;

use crate::Service;

impl Service {
    /// A party's tracks, as far as the Page allows video. `None`: one is video that is on, and the Page's
    /// `video_enabled` is off. Video that an offer has without naming it stays off then.
    pub(crate) async fn permitted(&self, page: PageId, tracks: &[Track]) -> Result<Option<Vec<Track>>, Error> {
        let page = self.store().page(page).await?;
        Ok(permit(page.is_none_or(|page| page.settings.video_enabled), tracks))
    }
}

/// As [`Service::permitted`], for a Page that was read already.
pub(crate) fn permit(video_enabled: bool, tracks: &[Track]) -> Option<Vec<Track>> {
    if video_enabled {
        return Some(tracks.to_vec());
    }
    if tracks.iter().any(|track| track.on && track.label.is_video()) {
        return None;
    }
    let off = [TrackLabel::DefaultVideo, TrackLabel::ScreenVideo];
    let off = off.map(|label| Track { msid: None, label, on: false });
    Some(tracks.iter().cloned().chain(off).collect())
}
