#ifndef CLIENTELE_TESTS_E2E_ERASURE_MARKS_H_
#define CLIENTELE_TESTS_E2E_ERASURE_MARKS_H_

#include <cstddef>
#include <map>
#include <random>
#include <string>

namespace clientele::testing {

// Strings that occur nowhere else, each planted at one place: where one is found, that
// place's data is. Letters and digits alone, so that they pass for ids, languages and text.
class Marks {
 public:
  std::string New(const std::string& place) {
    constexpr char kAlphabet[] = "abcdefghijklmnopqrstuvwxyz0123456789";
    std::string mark = "mk";
    for (int i = 0; i < 16; ++i) mark += kAlphabet[random_() % (sizeof(kAlphabet) - 1)];
    places_[mark] = place;
    return mark;
  }
  // Where each mark was planted.
  const std::map<std::string, std::string>& places() const { return places_; }

 private:
  std::random_device random_;
  std::map<std::string, std::string> places_;
};

}  // namespace clientele::testing

#endif  // CLIENTELE_TESTS_E2E_ERASURE_MARKS_H_
