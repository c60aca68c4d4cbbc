#include "tests/unit/identity/made_persons.h"

#include <random>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace clientele::profile {
namespace {

class Maker {
 public:
  explicit Maker(std::uint64_t seed) : random_(seed) {}

  std::uint64_t Below(std::uint64_t bound) { return random_() % bound; }

  std::string Word(int syllables) {
    static const char* const kSyllables[] = {"ba", "ri",  "so", "ten", "lu",  "ma", "ke",  "dor",
                                             "vi", "pal", "na", "shu", "gre", "to", "wil", "fe"};
    std::string word;
    for (int i = 0; i < syllables; ++i) word += kSyllables[Below(16)];
    return word;
  }

  std::vector<std::string> Person() {
    return {Word(2),
            Word(3),
            absl::StrCat(1 + Below(300)),
            Word(3) + " street",
            Word(4),
            absl::StrFormat("%04d", 1000 + Below(900)),
            absl::StrFormat("%04d%02d%02d", 1930 + Below(70), 1 + Below(12), 1 + Below(28))};
  }

  std::vector<std::string> Copy(std::vector<std::string> person) {
    for (std::uint64_t errors = 1 + Below(3); errors > 0; --errors) {
      std::string& value = person[Below(person.size())];
      const std::uint64_t kind = Below(10);
      if (kind == 0) {
        value.clear();
      } else if (kind == 1) {
        std::swap(person[0], person[1]);
      } else if (value.size() > 1) {
        const std::size_t at = Below(value.size() - 1);
        if (kind < 5) {
          std::swap(value[at], value[at + 1]);
        } else if (kind < 8) {
          value[at] = value[at] >= 'a' ? 'e' : '5';
        } else {
          value.erase(at, 1);
        }
      }
    }
    return person;
  }

 private:
  std::mt19937_64 random_;
};

}  // namespace

MadePersons MakePersons(int persons, int most, std::uint64_t seed) {
  Maker maker(seed);
  MadePersons made{*PersonTable::Create({{"given", FieldType::kGivenName},
                                         {"surname", FieldType::kSurname},
                                         {"number", FieldType::kStreetNumber},
                                         {"street", FieldType::kAddress},
                                         {"city", FieldType::kCity},
                                         {"postcode", FieldType::kPostcode},
                                         {"born", FieldType::kDateOfBirth}}),
                   {}};
  const auto add = [&made](const std::vector<std::string>& values, int person) {
    if (made.table.Add(values, 0).ok()) made.truth.push_back(static_cast<std::uint32_t>(person));
  };
  for (int person = 0; person < persons; ++person) {
    const std::vector<std::string> values = maker.Person();
    add(values, person);
    const std::uint64_t copies = maker.Below(2) == 0 || most == 0 ? 0 : 1 + maker.Below(most);
    for (std::uint64_t i = 0; i < copies; ++i) add(maker.Copy(values), person);
  }
  return made;
}

}  // namespace clientele::profile
