use crate::{db::Tx,id::*,error::Result};
pub async fn relink_connection(_t:&mut Tx,_c:&ConnectionId)->Result<()> {todo!()}
pub async fn follow_external_id(_t:&mut Tx,_u:&UserId,_c:&ConnectionId,_e:Option<&str>)->Result<()> {todo!()}
pub async fn pin(_t:&mut Tx,_u:&UserId)->Result<()> {todo!()}
pub async fn remove_all(_t:&mut Tx,_u:&UserId)->Result<()> {todo!()}
