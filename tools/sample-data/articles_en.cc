#include "tools/sample-data/articles.h"

namespace clientele::sample {

// clang-format off
const std::vector<ArticleText>& EnglishArticles() {
  static const std::vector<ArticleText> articles = {
      {"returns", "Returning an item",
       "You can return most items within 30 days of delivery. The item must be unused and in its original packaging. "
       "Open your account, choose the order and press \"Return\" to print a prepaid label; returns from the UK and Ireland are free, and from other countries we deduct 6 pounds. "
       "Personalised goods, opened tea and pierced-ear jewellery cannot be returned unless they are faulty.",
       {"How do I return something?", "What is your return policy?", "How many days do I have to send an item back?"}},
      {"refund-time", "When your refund arrives",
       "We check a returned parcel within 3 working days of receiving it and start the refund on the same day. "
       "Card refunds appear on your statement 3 to 5 working days later, PayPal refunds within 24 hours, and gift card refunds at once. "
       "The money always goes back to the payment method that you used. If nothing has arrived after 10 working days, contact us with your order number.",
       {"When will I get my refund?", "How long do refunds take?", "My refund has not arrived"}},
      {"exchange", "Exchanging for another size or color",
       "You can exchange an item for another size or color within 30 days of delivery. "
       "Choose \"Exchange\" instead of \"Return\" in your order and pick the replacement; we reserve it for 14 days. "
       "The replacement leaves our warehouse one working day after the carrier scans your parcel. If the new item is dearer you pay the difference, if it is cheaper we refund it.",
       {"Can I swap an item for a different size?", "How do I exchange a product?", "I ordered the wrong color"}},
      {"shipping-times", "Delivery times",
       "Standard delivery in the UK takes 2 to 4 working days. Express orders placed before 3 pm arrive on the next working day. "
       "Deliveries to Ireland take 4 to 6 working days, to the rest of Europe 5 to 8, to the United States 7 to 10, and to mainland China and Singapore 8 to 12 working days. "
       "We do not deliver on Sundays or public holidays.",
       {"How long does delivery take?", "When will my order arrive?", "Do you have next day delivery?"}},
      {"shipping-cost", "Delivery charges",
       "Standard UK delivery costs 3.95 pounds and is free for orders over 40 pounds. Express delivery costs 6.95 pounds. "
       "Delivery to Europe costs 8.50 pounds and to all other countries 12 pounds. Large furniture and garden pots over 20 kg carry a surcharge of 15 pounds, shown before you pay.",
       {"How much is shipping?", "Is delivery free?", "What do you charge for postage?"}},
      {"customs", "Customs duties and import tax",
       "We ship to 34 countries. For the European Union, taxes and duties are included in the price at checkout and nothing is due at the door. "
       "For the United States, China, Singapore and Australia, the carrier may collect import tax from you; we mark the true value on every parcel and cannot change it. "
       "If you refuse to pay the duty, the parcel comes back to us and we refund the goods minus 12 pounds.",
       {"Do I have to pay customs duty?", "Do you ship abroad?", "Who pays the import tax?"}},
      {"track-order", "Tracking your parcel",
       "As soon as your parcel is dispatched we send an email with a tracking number and a link. "
       "The carrier updates the position about every 4 hours, so the first entry may take until the evening. "
       "You can also open Orders in your account and press \"Track\". On the day of delivery you receive a text message with a one-hour window.",
       {"Where is my order?", "How can I track my parcel?", "I need my tracking number"}},
      {"change-address", "Changing the delivery address",
       "You can change the delivery address yourself until the order is packed, usually for 2 hours after you place it: open the order and press \"Edit address\". "
       "After that we can ask the carrier to redirect the parcel for a fee of 2 pounds, within the same country only. "
       "Once the parcel is out for delivery the address can no longer be changed.",
       {"Can I change my shipping address?", "I entered the wrong address", "How do I send my order to another address?"}},
      {"cancel-order", "Canceling an order",
       "Press \"Cancel order\" in your account within 60 minutes of buying and the order is cancelled at once. "
       "Later, contact us: as long as the parcel has not left the warehouse we can usually still stop it. "
       "A cancelled payment is released by your bank within 3 working days. If the parcel is already on its way, refuse it at the door or return it free of charge.",
       {"How do I cancel my order?", "I don't want my purchase any more", "Can I stop an order before it ships?"}},
      {"payment-methods", "Ways to pay",
       "We accept Visa, Mastercard, American Express, PayPal, Apple Pay, Google Pay, Alipay and WeChat Pay. "
       "You can combine one gift card with any other method. We do not take cheques, bank transfers from private customers or cash on delivery. "
       "Your card is charged when the order is dispatched, not when you place it.",
       {"Which payment methods do you accept?", "Can I pay with PayPal?", "Do you take Alipay or WeChat Pay?"}},
      {"instalments", "Paying in instalments",
       "Orders between 60 and 900 pounds can be split into three equal instalments without interest: one third at checkout, one after 30 days and one after 60 days. "
       "You must be over 18 and live in the UK; a soft credit check does not affect your score. "
       "A late instalment costs a fee of 6 pounds after a reminder. You may pay the rest early at any time.",
       {"Can I pay in instalments?", "Is there a pay later option?", "Do you offer monthly payments?"}},
      {"invoices", "Invoices and receipts",
       "Every order has a PDF invoice: open it under Orders and press \"Invoice\". Invoices stay there for 24 months. "
       "To have a company name and VAT number on it, enter them at checkout or ask us within 30 days; later changes are not possible by law. "
       "The packing slip in the parcel shows no prices.",
       {"Where can I download my invoice?", "I need a VAT receipt", "How do I put my company name on the invoice?"}},
      {"gift-cards", "Gift cards",
       "Gift cards are available for any amount from 10 to 250 pounds and are sent by email within 15 minutes or by post in 3 working days. "
       "They are valid for 24 months from the date of purchase and can be used in several orders. "
       "Enter the 16-character code at checkout. A gift card cannot be exchanged for cash, and a lost code can be replaced if you still have the receipt.",
       {"How do gift cards work?", "When does my voucher expire?", "How do I redeem a gift card?"}},
      {"gift-wrap", "Gift wrapping and messages",
       "For 2.50 pounds an item we wrap it in recycled paper with a cotton ribbon. Tick \"This is a gift\" in the basket. "
       "You can add a message of up to 200 characters, which we print on a card. Gift parcels contain no prices and can be sent straight to the recipient. Items longer than 80 cm cannot be wrapped.",
       {"Do you offer gift wrapping?", "Can I add a message to a present?", "Will the price be visible in the parcel?"}},
      {"loyalty-points", "Lark Points, our loyalty program",
       "You earn 1 Lark Point for every pound you spend, and double points in your birthday month. "
       "100 points are worth 5 pounds; redeem them at checkout in steps of 100. Points are credited 14 days after delivery and expire after 12 months without a purchase. "
       "Membership is free and starts when you create an account.",
       {"How do loyalty points work?", "When do my points expire?", "How can I use my Lark Points?"}},
      {"referral", "Inviting a friend",
       "Share your personal link from the \"Invite a friend\" page. Your friend gets 10 pounds off a first order of at least 30 pounds, and you receive 200 points when that order has been delivered and not returned for 30 days. "
       "You can invite up to 20 friends a year. Two accounts in one household do not count.",
       {"Do I get something for inviting a friend?", "How does the referral bonus work?", "Where is my invitation link?"}},
      {"warranty", "Warranty and repairs",
       "Lamps and all electrical goods carry a warranty of 2 years, everything else 1 year from delivery. "
       "The warranty covers faults in material and workmanship, not normal wear, water damage or broken glass. "
       "Send us the order number and a short video of the fault; we repair or replace within 10 working days, and if neither is possible we refund the full price.",
       {"What does the warranty cover?", "My lamp has stopped working", "How long is the guarantee?"}},
      {"damaged-item", "An item arrived damaged",
       "We are sorry! Please report damage within 7 days of delivery and attach two photos, one of the item and one of the box. "
       "We send a replacement within 2 working days or refund you, as you prefer. You need not send the broken item back if it cost less than 25 pounds. Please keep the packaging until the matter is settled.",
       {"My order arrived broken", "What do I do about a damaged product?", "The glass was smashed in the box"}},
      {"missing-item", "Something is missing from the parcel",
       "Large orders are often sent in several parcels, and the dispatch email lists what each one contains. "
       "If an item is still missing 3 working days after the first parcel, report it within 14 days of delivery with a photo of the packing slip. We send the missing item free of charge by express.",
       {"An item is missing from my order", "My parcel was incomplete", "Why did I only receive part of my order?"}},
      {"wrong-item", "You received the wrong item",
       "If you got something that you did not order, choose \"Wrong item\" on the order page within 30 days. "
       "We collect it from your door at no cost and send the right one on the same day, without waiting for the wrong one to come back. If the right item has sold out we refund you and add 100 points for the trouble.",
       {"You sent me the wrong product", "This is not what I ordered", "I received someone else's order"}},
      {"lost-parcel", "Your parcel seems lost",
       "A UK parcel counts as lost when its tracking has not moved for 5 working days, an international one after 15. "
       "Look first with your neighbors and in the safe place you named. Then write to us: we open a claim with the carrier, and you choose between a new parcel and a full refund within 24 hours; you do not have to wait for the carrier's answer.",
       {"My parcel is lost", "Tracking says delivered but I have nothing", "The tracking has not moved for a week"}},
      {"size-guide", "Finding your size",
       "Our knitwear runs from S to XXL. S fits a chest of 86 to 91 cm, M 92 to 97, L 98 to 105, XL 106 to 113 and XXL 114 to 122. "
       "Measure over a thin shirt. Between two sizes, take the larger one for a relaxed fit. Bedding follows UK sizes: single 135 by 200 cm, double 200 by 200, king 230 by 220.",
       {"Which size should I buy?", "Do you have a size chart?", "Does the jumper run small?"}},
      {"care", "Washing and care",
       "Wash lambswool by hand or in the wool cycle at 30 degrees and dry it flat; never tumble dry. "
       "Linen and cotton bedding can be washed at 40 degrees, white cotton at 60. Wipe oak boards with a damp cloth and oil them every 2 months. Our stoneware is safe in the dishwasher and the microwave; pieces with a gold rim are not.",
       {"How do I wash a wool jumper?", "Is the stoneware dishwasher safe?", "What temperature should I wash linen at?"}},
      {"materials", "Where our materials come from",
       "Our cotton is certified organic, and the wool comes from farms in Wales and Yorkshire that do not practise mulesing. "
       "Wood is oak and ash from certified European forests. Candles are poured in Devon from soy and rapeseed wax without paraffin. Every product page names the country where the item was made; 62 percent of our range is made in the UK.",
       {"Where are your products made?", "Is your cotton organic?", "Are the candles made of soy wax?"}},
      {"create-account", "Opening an account",
       "Press \"Sign up\", enter your email address and choose a password of at least 10 characters. We send a confirmation link that is valid for 24 hours. "
       "You can also shop as a guest, but then you cannot collect points or see old orders. Guest orders made with the same address are added when you open the account later.",
       {"How do I create an account?", "Can I order without registering?", "I did not get the confirmation email"}},
      {"password", "Forgotten password",
       "Choose \"Forgot password\" on the login page and enter your email address. We send a reset link that works once and for 60 minutes. "
       "Look in the spam folder if it does not come within 10 minutes. After 5 wrong passwords the account is locked for 15 minutes. Our staff can never see your password and will never ask for it.",
       {"I forgot my password", "How can I reset my password?", "My account is locked"}},
      {"two-step", "Two-step verification",
       "Switch on two-step verification under Account, Security. After your password we then ask for a 6-digit code from an authenticator app or by text message. "
       "You receive 8 recovery codes; keep them in a safe place, because each works once when your phone is lost. A trusted device is asked again after 30 days.",
       {"How do I turn on two factor authentication?", "I lost my phone and cannot log in", "What are recovery codes?"}},
      {"change-email", "Changing your email address or phone number",
       "Go to Account, Personal details and press \"Edit\" beside the email address or phone number. We send a code to the old and to the new address, and the change takes effect once both are entered. "
       "If you can no longer read the old mailbox, contact us with an order number and your postcode; we check this within 2 working days.",
       {"How do I change my email address?", "I have a new phone number", "I can't access my old mailbox"}},
      {"delete-account", "Deleting your account",
       "Choose Account, Privacy, \"Delete account\". The account is closed at once and your personal data is erased after 30 days; until then you can undo it by logging in. "
       "Points and gift card balances are lost. Invoices must be kept for 6 years by tax law, but without your contact details being used for anything else.",
       {"How do I delete my account?", "Please remove my profile", "What happens to my points when I close my account?"}},
      {"privacy", "How we use your personal data",
       "We use your data to deliver orders, to answer questions and, if you agreed, to suggest products. We never sell it. "
       "Carriers receive your name, address and phone number, payment companies what they need for the payment. Our servers are in London and Frankfurt. Our data protection officer answers within 10 days at privacy@willowandlark.example.",
       {"What do you do with my personal data?", "Do you sell my information?", "Who is your data protection officer?"}},
      {"data-export", "Downloading your data",
       "Under Account, Privacy you can request a copy of everything we hold about you. Within 72 hours we email a link to a ZIP file with your orders, messages and profile in JSON and CSV. "
       "The link is valid for 7 days and protected by your password. One export a month is free of charge.",
       {"How can I export my data?", "I want a copy of all data you hold about me", "In what format is the data export?"}},
      {"cookies", "Cookies and tracking",
       "Necessary cookies keep your basket and login and cannot be switched off. Statistics and advertising cookies are set only with your consent, which we ask for again after 6 months. "
       "Change your choice at any time with the \"Cookies\" link at the foot of every page. We do not use fingerprinting.",
       {"How do I turn off cookies?", "Which cookies do you set?", "Can I withdraw my cookie consent?"}},
      {"newsletter", "Subscribing to and leaving the newsletter",
       "Our newsletter comes every second Thursday and brings a 5 pound welcome code for orders over 35 pounds. "
       "To leave, press \"Unsubscribe\" at the bottom of any issue or switch it off under Account, Notifications; it can take 48 hours until the last one stops. Messages about your orders are always sent.",
       {"How do I unsubscribe from your emails?", "How often does the newsletter come?", "You send me too many emails"}},
      {"contact-hours", "Talking to a person",
       "Our customer service speaks English and Chinese. Phone and chat are open Monday to Friday from 8 am to 8 pm and Saturday from 9 am to 5 pm, London time; we are closed on Sundays. "
       "Call 0800 555 0142 free of charge from the UK. Emails are answered within one working day.",
       {"How can I contact customer service?", "What are your opening hours?", "I want to speak to a human"}},
      {"complaints", "Making a complaint",
       "If we let you down, write to complaints@willowandlark.example with your order number. A manager confirms the complaint within 2 working days and proposes a solution within 10. "
       "If you are still unhappy after 8 weeks you can take the case to the Retail Ombudsman free of charge.",
       {"I want to make a complaint", "How do I complain about your service?", "Can I speak to a manager?"}},
      {"store-pickup", "Collecting from a store",
       "Click and Collect is free. Choose a store at checkout; items in stock there are ready in 2 hours, others in 3 to 5 working days. "
       "We send a message with a pickup code when the order is ready. Bring the code and a photo ID. Orders are held for 7 days and then refunded automatically.",
       {"Can I pick up my order in a store?", "How does click and collect work?", "How long do you keep my order in the shop?"}},
      {"stores", "Our stores",
       "We have nine stores: two in London, and one each in Bristol, Bath, Leeds, York, Manchester, Edinburgh and Cardiff. "
       "They are open Monday to Saturday from 10 am to 7 pm and Sunday from 11 am to 5 pm. All are accessible by wheelchair, and dogs on a lead are welcome. Online orders can be returned in every store.",
       {"Where are your shops?", "Is there a store near me?", "Are your shops open on Sunday?"}},
      {"stock-alerts", "Items out of stock",
       "Press \"Tell me when it is back\" on the product page and we email you once it arrives; most items return within 3 weeks. "
       "An alert does not reserve the item. Pieces marked \"Last few\" will not be made again. Unused alerts are deleted after 6 months.",
       {"When will this be back in stock?", "Can you notify me when an item is available?", "The product I want is sold out"}},
      {"preorders", "Pre-orders",
       "Products marked \"Pre-order\" show the expected dispatch date. We charge your card only when the item leaves the warehouse, and you may cancel free of charge until then. "
       "If the date slips by more than 14 days we ask whether you still want it. A pre-order mixed with other goods is sent as a second parcel without extra postage.",
       {"How do pre-orders work?", "When am I charged for a pre-order?", "The pre-order date has passed"}},
      {"promo-code", "Using a discount code",
       "Type the code into \"Discount code\" in the basket and press \"Apply\". Only one code can be used for an order, and codes do not apply to gift cards, subscriptions or items already reduced by more than 30 percent. "
       "Codes are not case sensitive but must not contain spaces. An expired code cannot be renewed.",
       {"My discount code does not work", "How do I use a promo code?", "Can I combine two voucher codes?"}},
      {"price-match", "Price promise",
       "If we lower the price of an item within 14 days of your purchase, we refund the difference as a gift card: just send us the order number. "
       "We also match the price of other UK retailers for the identical item in stock, at the time of purchase. Flash sales, auctions and marketplaces are excluded.",
       {"The price dropped after I bought it", "Do you price match?", "Can I get the difference back?"}},
      {"student-discount", "Student and key worker discount",
       "Students, teachers and health workers get 10 percent off full-price items all year. Verify your status once a year under Account, Discounts with an ID or a university email address; this takes about 5 minutes. "
       "The discount applies automatically when you are logged in and cannot be combined with other codes.",
       {"Do you have a student discount?", "Is there a discount for nurses?", "How do I verify that I am a student?"}},
      {"trade", "Trade and bulk orders",
       "Businesses receive 15 percent off orders of 300 pounds or more and 20 percent from 1,000 pounds. Apply for a trade account with your company registration number; we answer within 3 working days. "
       "Approved customers may pay by invoice within 30 days. Samples of up to three items are free.",
       {"Do you sell wholesale?", "Can my company get a bulk discount?", "How do I open a trade account?"}},
      {"subscription", "Tea and coffee subscription",
       "Subscribe to any tea or coffee every 4, 6 or 8 weeks and save 12 percent with free delivery. "
       "Skip, pause or change a delivery until 2 days before it is packed, under Account, Subscriptions. There is no minimum term: cancel at any time with one click. A paused subscription restarts after 3 months unless you extend it.",
       {"How does the tea subscription work?", "How do I pause my subscription?", "Can I cancel the coffee subscription?"}},
      {"recycling", "Recycling and packaging",
       "Our boxes and tape are made of paper and can go into paper recycling. Bring five empty candle jars to any store and we give you 50 points; the jars are cleaned and used again. "
       "Old lamps and batteries are taken back free of charge. Since 2023 our parcels contain no plastic.",
       {"Can I recycle your packaging?", "What can I do with empty candle jars?", "Do you take back old lamps?"}},
      {"reviews", "Writing a review",
       "We invite you to review an item 10 days after delivery; you can also press \"Write a review\" on the product page. Only people who bought the item can rate it, from 1 to 5 stars. "
       "Reviews appear within 48 hours, whether good or bad; we remove only insults, advertising and personal data. You may edit yours for 60 days.",
       {"How do I leave a review?", "Why is my review not visible?", "Can I edit my rating?"}},
      {"app", "The Willow & Lark app",
       "The app runs on iOS 15 or later and Android 9 or later. It shows your points, tracks parcels and sends alerts. "
       "If it crashes or will not open, update it, restart the phone and, as a last step, reinstall it; your basket is kept in your account. The first order in the app earns 50 extra points.",
       {"The app keeps crashing", "Which phones does the app support?", "Is there an app for Android?"}},
      {"payment-failed", "A payment was declined",
       "Check the card number, the expiry date and the billing address, and whether your bank wants you to confirm the payment in its app. We keep the basket for 24 hours and you can try 3 times. "
       "A failed attempt may show as a pending amount, which the bank releases within 5 days. If it fails again, use another method or call your bank.",
       {"My card was declined", "Why does the payment not go through?", "I was charged twice"}},
      {"personalisation", "Engraving and personalised items",
       "We engrave wooden boards, pens and leather goods for 6 pounds with up to 12 characters, and embroider towels and bags for 8 pounds. Personalisation adds 3 working days. "
       "Check the spelling in the preview, because we engrave exactly what you type. Personalised items cannot be returned unless they are faulty, and cannot be changed after one hour.",
       {"Can you engrave a name on it?", "How much does personalisation cost?", "Can I return a personalised gift?"}},
      {"candle-safety", "Candle safety",
       "Trim the wick to 5 mm before each use and never burn a candle for more than 4 hours at a time. Keep it 10 cm from other candles and away from children, pets and curtains. "
       "Stop when 1 cm of wax is left. On the first use, let the whole surface melt, about 2 hours, so that the candle does not tunnel.",
       {"How long can I burn a candle?", "Why does my candle tunnel?", "How do I trim the wick?"}},
  };
  return articles;
}
// clang-format on

}  // namespace clientele::sample
