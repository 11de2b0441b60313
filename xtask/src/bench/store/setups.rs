use std::time::Instant;

use futures_util::future::try_join_all;

use super::furnished::Furnished;

/// Sets up and ends `calls` calls, each client one after the other: how many a second.
pub(super) async fn per_second(furnished: &Furnished, calls: u32) -> anyhow::Result<f64> {
    let clients = u32::try_from(furnished.consumers.len())?;
    let each = calls.div_ceil(clients);
    let start = Instant::now();
    try_join_all(furnished.consumers.iter().map(async |consumer| {
        for _ in 0..each {
            let call = furnished.connect(*consumer).await?;
            furnished.terminate(call).await?;
        }
        anyhow::Ok(())
    }))
    .await?;
    Ok(f64::from(each * clients) / start.elapsed().as_secs_f64())
}
