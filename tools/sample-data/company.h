#ifndef CLIENTELE_TOOLS_SAMPLE_DATA_COMPANY_H_
#define CLIENTELE_TOOLS_SAMPLE_DATA_COMPANY_H_

// A believable shop, "Willow & Lark" (柳雀): its products, its customers with
// latent tastes, and months of what they did, drawn from those tastes so that a
// factorization has something to find.
//
//   const Company company = MakeCompany({.seed = 7});
//   CLIENTELE_RETURN_IF_ERROR(WriteCompany(company, "build/sample"));   // company_files.h
//
// The same options give the same company on every platform. Plain values.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace clientele::sample {

struct CompanyOptions {
  uint64_t seed = 7;
  int customers = 2000;              // 1 to 1,000,000
  int items = 300;                   // 1 to 4,800
  int months = 6;                    // of 30 days, 1 to 60
  int64_t end_seconds = 1793404800;  // Unix time after the last event: 2026-10-31T00:00:00Z
};

struct Item {
  std::string id;
  std::string title;
  std::string title_zh;
  std::string description;  // English, then one Chinese sentence
  int category = 0;         // index into Categories()
  int kind = 0;             // index into Category::kinds
  int make = 0;             // index into Category::makes
  int color = 0;            // index into Colors()
  int style = 0;            // 0 to kStyles - 1
  int price_band = 0;       // 0 low, 1 middle, 2 high, within its category
  int64_t price_pence = 0;
  int popularity = 0;  // relative weight, 1 to 10
};

struct Customer {
  std::string id;
  std::string display_name;
  std::string email;
  std::string phone;
  std::string language_code;  // "en" or "zh"
  std::string region;
  std::string segment;
  // Latent: never written to a file.
  std::vector<int> category_weights;  // by category, at least 1
  int style = 0;
  int price_band = 0;
  int sessions = 0;
  int device = 0;  // index into kDevices: their usual one
};

inline constexpr std::array<const char*, 3> kDevices = {"desktop", "ios", "android"};

enum class EventType {
  kView,
  kSearch,
  kCart,
  kPurchase,
  kReturn,
  kMessage,
  kSocial,
  kRating,
  kDevice
};

struct Event {
  int customer = 0;  // index into Company::customers
  EventType type = EventType::kView;
  int64_t time_seconds = 0;
  int item = -1;             // index into Company::items, or -1
  int quantity = 0;          // 0: none
  int64_t amount_pence = 0;  // 0: none
  int rating = 0;            // 0: none
  std::string text;
  std::string channel;
  std::string device;
};

// What a customer decided about the use of their data.
struct Consent {
  int customer = 0;          // index into Company::customers
  const char* purpose = "";  // as "clientele import consents" reads it
  bool granted = false;
  int64_t time_seconds = 0;
  const char* text_version = "";
  const char* source = "";
};

struct Company {
  std::vector<Item> items;
  std::vector<Customer> customers;
  std::vector<Consent> consents;
  std::vector<Event> events;  // by time
};

Company MakeCompany(const CompanyOptions& options);

// The steps of MakeCompany.
std::vector<Item> MakeItems(const CompanyOptions& options);
std::vector<Customer> MakeCustomers(const CompanyOptions& options);
std::vector<Consent> MakeConsents(const CompanyOptions& options,
                                  const std::vector<Customer>& customers);
// How much a customer's taste draws them to an item; positive.
int64_t Appeal(const Customer& customer, const Item& item);
std::vector<Event> MakeEvents(const CompanyOptions& options, const std::vector<Customer>& customers,
                              const std::vector<Item>& items);

}  // namespace clientele::sample

#endif  // CLIENTELE_TOOLS_SAMPLE_DATA_COMPANY_H_
