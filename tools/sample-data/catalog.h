#ifndef CLIENTELE_TOOLS_SAMPLE_DATA_CATALOG_H_
#define CLIENTELE_TOOLS_SAMPLE_DATA_CATALOG_H_

// What the sample shop sells: the words that its products are made of, as
// readable tables. Everything is static text; thread-safe.

#include <string>
#include <vector>

namespace clientele::sample {

// A word or sentence in both languages.
struct Bilingual {
  std::string en;
  std::string zh;
};

struct ProductKind {
  Bilingual name;  // "teapot"
  int base_pence;  // before style and chance
};

struct Color {
  Bilingual name;
  int red, green, blue;  // 0 to 255
};

// How a product is made; 0 country, 1 modern, 2 playful.
inline constexpr int kStyles = 3;
struct Make {
  Bilingual name;  // "hand-thrown"
  int style;
};

struct Category {
  std::string id;  // as in items.csv
  Bilingual name;
  std::vector<ProductKind> kinds;
  std::vector<Make> makes;
  std::vector<Bilingual> sentences;  // for descriptions
};

const std::vector<Category>& Categories();
const std::vector<Color>& Colors();

}  // namespace clientele::sample

#endif  // CLIENTELE_TOOLS_SAMPLE_DATA_CATALOG_H_
