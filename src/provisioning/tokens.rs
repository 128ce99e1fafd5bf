pub fn mint()->(secrecy::SecretString,String,String){todo!()}
