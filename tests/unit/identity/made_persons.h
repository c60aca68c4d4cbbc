#ifndef CLIENTELE_TESTS_UNIT_IDENTITY_MADE_PERSONS_H_
#define CLIENTELE_TESTS_UNIT_IDENTITY_MADE_PERSONS_H_

#include <cstdint>
#include <vector>

#include "services/profile-service/core/identity/person_table.h"

namespace clientele::profile {

// Persons made of syllables, some of whom have up to `most` further records with errors: typing
// errors, missing values, exchanged names. All are drawn from `seed`.
struct MadePersons {
  PersonTable table;
  std::vector<std::uint32_t> truth;  // of each row
};
MadePersons MakePersons(int persons, int most, std::uint64_t seed);

}  // namespace clientele::profile

#endif  // CLIENTELE_TESTS_UNIT_IDENTITY_MADE_PERSONS_H_
