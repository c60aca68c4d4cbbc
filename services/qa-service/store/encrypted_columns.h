#ifndef CLIENTELE_SERVICES_QA_SERVICE_STORE_ENCRYPTED_COLUMNS_H_
#define CLIENTELE_SERVICES_QA_SERVICE_STORE_ENCRYPTED_COLUMNS_H_

#include <vector>

#include "common/database/encrypted_column.h"

namespace clientele::qa {

// Everything that the schema keeps encrypted: what --reencrypt_and_exit goes through.
std::vector<database::EncryptedColumn> EncryptedColumns();

}  // namespace clientele::qa

#endif  // CLIENTELE_SERVICES_QA_SERVICE_STORE_ENCRYPTED_COLUMNS_H_
