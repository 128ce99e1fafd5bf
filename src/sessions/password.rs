use crate::{db::Tx,id::*,error::Result}; use secrecy::SecretString;
pub async fn hash(_p:SecretString)->Result<String>{todo!()}
pub async fn store(_t:&mut Tx,_u:&UserId,_h:&str)->Result<()> {todo!()}
