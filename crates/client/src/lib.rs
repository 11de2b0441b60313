#![doc = include_str!("../README.md")]
//!
//! # Modules
//!
//! [`graph`] is what a business asks and [`webhook`] what it is told; [`admin`] sets the stage on Offhook; [`phone`]
//! carries the voice, made and measured by [`audio`]; [`business`] and [`consumer`] are the two parties of a call, and
//! [`story`] tells what happens to them; [`scenario`] scripts consumers and judges what they notice; [`load`] is hundreds of
//! both parties at a time. Independent of the server's media code on purpose: it is the server's judge.

pub mod admin;
pub mod audio;
pub mod business;
pub mod consumer;
pub mod graph;
pub mod load;
pub mod phone;
pub mod rest;
pub mod scenario;
pub mod story;
pub mod webhook;
