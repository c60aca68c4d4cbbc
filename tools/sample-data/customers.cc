#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "tools/sample-data/catalog.h"
#include "tools/sample-data/company.h"
#include "tools/sample-data/phrases.h"
#include "tools/sample-data/random_stream.h"

namespace clientele::sample {
namespace {

// Kinds of customers: the categories (by index) that they come for.
const std::vector<std::vector<int>>& Archetypes() {
  static const std::vector<std::vector<int>> archetypes = {
      {0, 1, 6},   // the host: tea, kitchen, candles
      {2, 3, 10},  // the nester: bedding, lighting, bath
      {5, 11, 7},  // the outdoors: garden, pets, bags
      {9, 4, 2},   // the parent: toys, stationery, bedding
      {8, 7, 6},   // the dresser: knitwear, bags, candles
      {4, 0, 3},   // the desk: stationery, tea, lighting
  };
  return archetypes;
}

// How often someone visits in six months.
int Sessions(RandomStream& random) {
  switch (random.Weighted({30, 40, 20, 10})) {
    case 0:
      return random.Between(1, 2);
    case 1:
      return random.Between(3, 7);
    case 2:
      return random.Between(8, 14);
    default:
      return random.Between(15, 30);
  }
}

void Introduce(int index, RandomStream& random, Customer& customer) {
  const bool chinese = random.Chance(35);
  customer.language_code = chinese ? "zh" : "en";
  if (chinese) {
    const NamePart& family = random.Pick(ChineseFamilyNames());
    const NamePart& given = random.Pick(ChineseGivenNames());
    customer.display_name = absl::StrCat(family.text, given.text);
    customer.email = absl::StrCat(family.latin, ".", given.latin, index, "@example.com");
    customer.region = random.Pick(std::vector<std::string>{"CN", "CN", "CN", "GB", "SG"});
  } else {
    const NamePart& given = random.Pick(EnglishGivenNames());
    const NamePart& family = random.Pick(EnglishFamilyNames());
    customer.display_name = absl::StrCat(given.text, " ", family.text);
    customer.email = absl::StrCat(given.latin, ".", family.latin, index, "@example.com");
    customer.region = random.Pick(std::vector<std::string>{"GB", "GB", "GB", "GB", "IE", "US"});
  }
  // Numbers that belong to nobody: those set aside for drama, or in no assigned range.
  if (customer.region == "GB") {
    customer.phone = absl::StrFormat("+447700900%03d", index % 1000);
  } else if (customer.region == "US") {
    customer.phone = absl::StrFormat("+1202555%04d", 100 + index % 100);
  } else if (customer.region == "CN") {
    customer.phone = absl::StrFormat("+861000%07d", index);
  }
}

}  // namespace

std::vector<Customer> MakeCustomers(const CompanyOptions& options) {
  const int categories = static_cast<int>(Categories().size());
  std::vector<Customer> customers;
  for (int i = 0; i < options.customers; ++i) {
    RandomStream random(options.seed, "customer", i);
    Customer customer;
    customer.id = absl::StrFormat("C%06d", 100001 + i);
    Introduce(i, random, customer);
    customer.category_weights.assign(categories, 2);
    for (const int favorite : random.Pick(Archetypes())) {
      customer.category_weights[favorite] += random.Between(20, 50);
    }
    customer.category_weights[random.Below(categories)] += 25;
    customer.style = random.Below(kStyles);
    customer.price_band = random.Weighted({3, 5, 2});
    customer.sessions = (Sessions(random) * options.months + 5) / 6;
    customer.device = random.Weighted(customer.language_code == "zh" ? std::vector<int>{2, 4, 4}
                                                                     : std::vector<int>{4, 4, 2});
    customer.segment = random.Chance(5)          ? "trade"
                       : customer.sessions >= 15 ? "loyal"
                       : customer.sessions >= 3  ? "regular"
                                                 : "occasional";
    customers.push_back(std::move(customer));
  }
  return customers;
}

int64_t Appeal(const Customer& customer, const Item& item) {
  int64_t appeal = customer.category_weights[item.category];
  appeal *= item.style == customer.style ? 6 : 1;
  const int distance = item.price_band > customer.price_band
                           ? item.price_band - customer.price_band
                           : customer.price_band - item.price_band;
  appeal *= distance == 0 ? 4 : distance == 1 ? 2 : 1;
  return appeal * (2 + item.popularity);
}

}  // namespace clientele::sample
