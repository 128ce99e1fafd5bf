use crate::{db::Tx,id::*,error::Result};
pub fn generate()->Vec<String>{todo!()}
pub async fn store(_t:&mut Tx,_u:&UserId,_c:&[String])->Result<()> {todo!()}
