#ifndef CLIENTELE_TESTS_E2E_ERASURE_DATABASE_SWEEP_H_
#define CLIENTELE_TESTS_E2E_ERASURE_DATABASE_SWEEP_H_

#include <cstdint>
#include <string>
#include <vector>

#include "common/crypto/cipher.h"
#include "common/postgres/connection_pool.h"

namespace clientele::testing {

// One value of one row.
struct StoredValue {
  std::string place;  // "profile.customers.email"
  std::string text;   // decrypted where it was a ciphertext, bytes where it was bytea
};

// All that a database holds, of every table of every schema: a table that is new is in it.
struct Everything {
  std::vector<StoredValue> values;
  // Places of ciphertexts that could not be opened: database_sweep.cc must learn how their
  // associated data is made, or nobody can say whose they are.
  std::vector<std::string> unopened;

  // Places whose text holds `needle`, as it is or in hexadecimal; each once.
  std::vector<std::string> Holding(const std::string& needle) const;
};

// Throws std::runtime_error when the database cannot be read.
Everything ReadEverything(postgres::ConnectionPool& pool, const crypto::Cipher& cipher);

// What pg_dump writes: everything again, as text, and what is no table's.
std::string Dump(const std::string& conninfo);

}  // namespace clientele::testing

#endif  // CLIENTELE_TESTS_E2E_ERASURE_DATABASE_SWEEP_H_
