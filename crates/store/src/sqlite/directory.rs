use async_trait::async_trait;
use offhook_call::{AppId, PageId, Psid, Time};

use super::{Sqlite, apps, consumers, pages, tokens};
use crate::{
    App, AppChange, Consumer, ConsumerFilter, ConsumerToken, Directory, Error, NewApp, NewConsumer, NewPage, Page,
    PageChange, PageToken, TokenHash,
};

#[async_trait]
impl Directory for Sqlite {
    async fn create_app(&self, app: NewApp, now: Time) -> Result<App, Error> {
        self.write(move |db| apps::create(db, app, now)).await
    }

    async fn apps(&self) -> Result<Vec<App>, Error> {
        self.read(apps::all).await
    }

    async fn app(&self, app: AppId) -> Result<Option<App>, Error> {
        self.read(move |db| apps::find(db, app)).await
    }

    async fn change_app(&self, app: AppId, change: AppChange) -> Result<Option<App>, Error> {
        self.write(move |db| apps::change(db, app, &change)).await
    }

    async fn rotate_secret(&self, app: AppId, secret: String, old_until: Time) -> Result<Option<App>, Error> {
        self.write(move |db| apps::rotate_secret(db, app, &secret, old_until)).await
    }

    async fn create_page(&self, page: NewPage, now: Time) -> Result<Page, Error> {
        self.write(move |db| pages::create(db, page, now)).await
    }

    async fn pages(&self) -> Result<Vec<Page>, Error> {
        self.read(pages::all).await
    }

    async fn page(&self, page: PageId) -> Result<Option<Page>, Error> {
        self.read(move |db| pages::find(db, page)).await
    }

    async fn change_page(&self, page: PageId, change: PageChange) -> Result<Option<Page>, Error> {
        self.write(move |db| pages::change(db, page, &change)).await
    }

    async fn create_page_token(&self, token: PageToken, now: Time) -> Result<bool, Error> {
        self.write(move |db| tokens::create_for_page(db, &token, now)).await
    }

    async fn page_tokens(&self, page: PageId) -> Result<Vec<PageToken>, Error> {
        self.read(move |db| tokens::all_of_page(db, page)).await
    }

    async fn page_token(&self, hash: TokenHash) -> Result<Option<PageToken>, Error> {
        self.read(move |db| tokens::find_of_page(db, hash)).await
    }

    async fn revoke_page_token(&self, hash: TokenHash, now: Time) -> Result<bool, Error> {
        self.write(move |db| tokens::revoke(db, hash, now)).await
    }

    async fn create_consumer(&self, consumer: NewConsumer, now: Time) -> Result<Option<Consumer>, Error> {
        self.write(move |db| consumers::create(db, consumer, now)).await
    }

    async fn consumers(&self, wanted: ConsumerFilter, limit: u32) -> Result<Option<Vec<Consumer>>, Error> {
        self.read(move |db| consumers::newest(db, &wanted, limit)).await
    }

    async fn consumer(&self, page: PageId, psid: Psid) -> Result<Option<Consumer>, Error> {
        self.read(move |db| consumers::find(db, page, psid)).await
    }

    async fn create_consumer_token(&self, token: ConsumerToken, now: Time) -> Result<bool, Error> {
        self.write(move |db| tokens::create_for_consumer(db, &token, now)).await
    }

    async fn consumer_token(&self, hash: TokenHash) -> Result<Option<ConsumerToken>, Error> {
        self.read(move |db| tokens::find_of_consumer(db, hash)).await
    }
}
