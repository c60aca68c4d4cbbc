#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

#include "tools/sample-data/catalog.h"
#include "tools/sample-data/company.h"
#include "tools/sample-data/phrases.h"
#include "tools/sample-data/random_stream.h"

namespace clientele::sample {
namespace {

constexpr int64_t kMinute = 60;
constexpr int64_t kHour = 60 * kMinute;
constexpr int64_t kDay = 24 * kHour;

// Relative traffic by hour of the day.
const std::vector<int> kHourWeights = {2,  1, 1, 1, 1, 2,  4,  6,  8,  9,  9, 9,
                                       10, 9, 8, 8, 9, 10, 12, 14, 16, 14, 9, 5};

// What one customer does, from their tastes.
class Diary {
 public:
  Diary(const CompanyOptions& options, int index, const Customer& customer,
        const std::vector<Item>& items, std::vector<Event>& events)
      : options_(options),
        index_(index),
        customer_(customer),
        items_(items),
        events_(events),
        phrases_(customer.language_code == "zh" ? ChinesePhrases() : EnglishPhrases()),
        random_(options.seed, "events", index) {
    int64_t sum = 0;
    for (const Item& item : items) appeal_sums_.push_back(sum += Appeal(customer, item));
  }

  void Write() {
    const int64_t days = static_cast<int64_t>(options_.months) * 30;
    const int64_t start = options_.end_seconds - days * kDay;
    for (int i = 0; i < customer_.sessions; ++i) {
      // One draw a statement: operands of + have no order.
      int64_t time = start + random_.Below(days) * kDay;
      time += random_.Weighted(kHourWeights) * kHour;
      time += random_.Below(kHour);
      Session(time);
    }
  }

 private:
  void Session(int64_t time) {
    device_ =
        random_.Chance(80) ? kDevices[customer_.device] : kDevices[random_.Below(kDevices.size())];
    channel_ = device_ != "desktop" && random_.Chance(70) ? "app" : "web";
    if (random_.Chance(35)) Add(EventType::kDevice, time);
    if (random_.Chance(30)) {
      time += random_.Between(5, 60);
      Add(EventType::kSearch, time).text = Phrase(phrases_.searches, NextItem());
    }
    const int64_t looks = random_.Between(1, 4);
    for (int64_t i = 0; i < looks; ++i) {
      time += random_.Between(10, 4 * kMinute);
      Look(time);
    }
    if (random_.Chance(6)) {
      time += random_.Between(kMinute, 10 * kMinute);
      Add(EventType::kMessage, time).text = Phrase(phrases_.general, NextItem());
    }
  }

  void Look(int64_t time) {
    const int item = NextItem();
    Add(EventType::kView, time).item = item;
    if (random_.Chance(4)) {
      Event& message = Add(EventType::kMessage, time + random_.Between(30, 5 * kMinute));
      message.item = item;
      message.text = Phrase(phrases_.before_purchase, item);
    }
    if (!random_.Chance(40)) return;
    const int quantity = 1 + random_.Weighted({75, 18, 5, 2});
    Event& cart = Add(EventType::kCart, time + random_.Between(10, 2 * kMinute));
    cart.item = item;
    cart.quantity = quantity;
    if (random_.Chance(75)) Buy(item, quantity, time + random_.Between(3 * kMinute, 20 * kMinute));
  }

  void Buy(int item, int quantity, int64_t time) {
    // Some look online and buy in a shop on another day.
    const bool in_store = random_.Chance(8);
    Event& purchase = Add(EventType::kPurchase, in_store ? time + kDay : time);
    purchase.item = item;
    purchase.quantity = quantity;
    purchase.amount_pence = quantity * items_[item].price_pence;
    if (in_store) {
      purchase.channel = "store";
      purchase.device.clear();
    }
    const int64_t delivered = time + random_.Between(2, 6) * kDay;
    const bool fits = items_[item].style == customer_.style;
    if (random_.Chance(12)) {
      Event& message = Add(EventType::kMessage, delivered + random_.Between(0, 2 * kDay));
      message.item = item;
      message.text = Phrase(phrases_.after_purchase, item);
    }
    if (random_.Chance(fits ? 5 : 14)) GiveBack(item, quantity, delivered);
    if (random_.Chance(25)) Rate(item, fits, delivered + random_.Between(kDay, 12 * kDay));
    if (random_.Chance(9)) {
      Event& post = Add(EventType::kSocial, delivered + random_.Between(kHour, 9 * kDay));
      post.item = item;
      post.channel = "social";
      post.text = Phrase(phrases_.social_posts, item);
    }
  }

  void GiveBack(int item, int quantity, int64_t delivered) {
    const int64_t time = delivered + random_.Between(kDay, 20 * kDay);
    Event& event = Add(EventType::kReturn, time);
    event.item = item;
    event.quantity = 1 + random_.Below(quantity);
    event.amount_pence = event.quantity * items_[item].price_pence;
    if (random_.Chance(40)) {
      Event& message = Add(EventType::kMessage, time + random_.Between(3 * kDay, 9 * kDay));
      message.item = item;
      message.text = Phrase(phrases_.after_return, item);
    }
  }

  void Rate(int item, bool fits, int64_t time) {
    Event& event = Add(EventType::kRating, time);
    event.item = item;
    event.rating = 1 + random_.Weighted(fits ? std::vector<int>{1, 2, 8, 40, 49}
                                             : std::vector<int>{8, 17, 35, 28, 12});
    if (event.rating == 3) return;
    event.text = Phrase(event.rating > 3 ? phrases_.reviews_good : phrases_.reviews_bad, item);
  }

  int NextItem() { return random_.WeightedBySums(appeal_sums_); }

  std::string Phrase(const std::vector<std::string>& templates, int item_index) {
    const Item& item = items_[item_index];
    const Category& category = Categories()[item.category];
    const bool chinese = customer_.language_code == "zh";
    const std::string& phrase = random_.Pick(templates);
    const auto in_language = [&](const Bilingual& word) { return chinese ? word.zh : word.en; };
    return FillSlots(phrase, {{"item", chinese ? item.title_zh : item.title},
                              {"kind", in_language(category.kinds[item.kind].name)},
                              {"make", in_language(category.makes[item.make].name)},
                              {"color", in_language(random_.Pick(Colors()).name)},
                              {"category", in_language(category.name)},
                              {"order", absl::StrFormat("WL-%06d", random_.Below(1000000))},
                              {"number", absl::StrCat(random_.Between(2, 9))}});
  }

  // The reference holds until the next Add.
  Event& Add(EventType type, int64_t time) {
    Event event;
    event.customer = index_;
    event.type = type;
    event.time_seconds = time;
    event.channel = channel_;
    event.device = device_;
    events_.push_back(std::move(event));
    return events_.back();
  }

  const CompanyOptions& options_;
  const int index_;
  const Customer& customer_;
  const std::vector<Item>& items_;
  std::vector<Event>& events_;
  const Phrases& phrases_;
  RandomStream random_;
  std::vector<int64_t> appeal_sums_;
  std::string channel_;
  std::string device_;
};

}  // namespace

std::vector<Event> MakeEvents(const CompanyOptions& options, const std::vector<Customer>& customers,
                              const std::vector<Item>& items) {
  std::vector<Event> events;
  for (size_t i = 0; i < customers.size(); ++i) {
    Diary(options, static_cast<int>(i), customers[i], items, events).Write();
  }
  // What would happen after the end has not happened.
  std::erase_if(events, [&](const Event& e) { return e.time_seconds >= options.end_seconds; });
  std::stable_sort(events.begin(), events.end(),
                   [](const Event& a, const Event& b) { return a.time_seconds < b.time_seconds; });
  return events;
}

}  // namespace clientele::sample
