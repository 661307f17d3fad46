"""Dealers, business customers with their people, and households, in two countries and beyond."""

from .world import get, remember

#: code: (name, street, zip, city, country, phone as typed, habit, salesperson, people)
#: A habit says how a customer buys, see ``history.HABITS``.
DEALERS = {
    "kruger": ("Pumpen-Handel Krüger KG", "Speicherstraße 12", "20457", "Hamburg", "de",
               "040 / 555 01 20", "dealer_large", "dealers", ["Anja Krüger", "Malte Voss"]),
    "wien": ("Technikdepot Wien GmbH", "Simmeringer Lände 40", "1110", "Wien", "at",
             "+43 1 5550188", "dealer_steady", "dealers", ["Stefan Hölzl"]),
    "fluidtec": ("Fluidtec Nederland BV", "Havenweg 9", "3089 JK", "Rotterdam", "nl",
                 "0031 10 555 0134", "dealer_growing", "dealers", ["Femke de Vries"]),
    "lyon": ("Aqua Systèmes SARL", "Rue des Tanneurs 3", "69007", "Lyon", "fr",
             "+33 4 72 55 50 10", "dealer_declining", "dealers", ["Claire Morel"]),
    "gusu": ("Gusu Pump Trading Co., Ltd.", "210 Renmin Road", "215005", "Suzhou", "cn",
             "0512 5550 3311", "dealer_steady", "sales_cn", ["Chen Jing", "Liu Yang"]),
    "lvyuan": ("Shanghai Lvyuan Equipment Co., Ltd.", "66 Caobao Road", "200235", "Shanghai", "cn",
               "+86 21 5550 8866", "dealer_growing", "sales_cn", ["Xu Min"]),
}  # fmt: skip
BUSINESSES = {
    "hafen": ("Hafenwerke Nord AG", "Elbchaussee 400", "22609", "Hamburg", "de",
              "+49 (0)40 5550-200", "key_account", "sales",
              ["Dr. Katrin Albers", "Henning Claasen", "Birte Jansen"]),
    "molkerei": ("Molkerei Talblick eG", "Wiesenweg 2", "87435", "Kempten", "de",
                 "0831 5550 14", "growing", "sales", ["Josef Maurer", "Sabine Eberle"]),
    "papier": ("Papierfabrik Ostwald GmbH", "Mühlenstraße 77", "01796", "Pirna", "de",
               "03501/555066", "declining", "sales", ["Uwe Richter"]),
    "stadtwerke": ("Stadtwerke Auental", "Rathausplatz 1", "04103", "Leipzig", "de",
                   "0341 5550-0", "mature", "sales", ["Petra Lang", "Olaf Heinrich"]),
    "brauerei": ("Brauerei Lindental KG", "Brunnenstraße 5", "96047", "Bamberg", "de",
                 "(0951) 55 50 77", "mature", "sales", ["Georg Linder"]),
    "chemie": ("Solvana Chemie GmbH", "Werkstraße 100", "67056", "Ludwigshafen", "de",
               "0621 555 0900", "key_account", "sales", ["Dr. Ulrike Sommer", "Timo Becker"]),
    "agrar": ("Agrargenossenschaft Wiesengrund eG", "Dorfstraße 18", "17033", "Neubrandenburg",
              "de", "0395 5550 31", "seasonal", "sales", ["Ronny Schulz"]),
    "hotel": ("Hotel Seeterrassen", "Uferpromenade 8", "88131", "Lindau", "de",
              "08382-55501", "loss_maker", "sales", ["Monika Gruber"]),
    "klinik": ("Klinikum Waldeck", "Am Forst 20", "34497", "Korbach", "de",
               "05631 5550-12", "new", "sales", ["Dr. Arne Vogel"]),
    "textil": ("Textilwerke Bergmann", "Spinnereiweg 6", "48429", "Rheine", "de",
               "05971 55 50 9", "lost", "sales", ["Heike Bergmann"]),
    "bau": ("Bauunternehmung Steiner", "Industriering 14", "90411", "Nürnberg", "de",
            "0911/5550-430", "won_back", "sales", ["Ralf Steiner", "Nadine Frank"]),
    "zoo": ("Tierpark Heidewald", "Parkallee 1", "29525", "Uelzen", "de",
            "0581 55 50 40", "loss_maker", "sales", ["Thorsten Ahrens"]),
    "kliniken_cn": ("Suzhou Taihu Hospital", "1 Taihu Avenue", "215164", "Suzhou", "cn",
                    "0512-5550-7000", "mature", "sales_cn", ["Dr. Wang Fang"]),
    "textil_cn": ("Wuxi Jiangnan Textile Co., Ltd.", "9 Canal Road", "214000", "Wuxi", "cn",
                  "0510 5550 6161", "growing", "sales_cn", ["Zhou Lei", "Sun Li"]),
    "chip_cn": ("Kunshan Precision Semiconductors", "500 Qianjin Road", "215300", "Kunshan", "cn",
                "+86 512 5550 9191", "key_account", "sales_cn", ["He Qiang", "Lin Yue"]),
    "brew_cn": ("Taicang Brewery", "33 Shanghai Road", "215400", "Taicang", "cn",
                "0512 5550 4040", "declining", "sales_cn", ["Gao Peng"]),
    "paper_cn": ("Changshu Paper Mill", "7 Haiyu Road", "215500", "Changshu", "cn",
                 "0512 5550 2727", "lost", "sales_cn", ["Tang Bo"]),
    "park_cn": ("Jinji Lake Park Administration", "1 Lake Road", "215021", "Suzhou", "cn",
                "0512 5550 1818", "new", "sales_cn", ["Shen Hong"]),
}  # fmt: skip
HOUSEHOLDS_DE = (
    "Nina Albrecht", "Bernd Fischer", "Carla Günther", "Dieter Hahn", "Elif Kaya", "Frank Lorenz",
    "Gisela Mayer", "Hatice Öztürk", "Ingo Peters", "Jana Roth", "Karl Seidel", "Lara Thoma",
    "Moritz Ulrich", "Nora Wagner", "Oliver Zimmer", "Paula Behrens",
)  # fmt: skip
#: Somebody was in a hurry: these numbers wait to be corrected.
MISTYPED = {"bau_1": "0911 / 55", "textil_cn_1": "0510 5550 61 O2"}
HOUSEHOLDS_CN = ("Fan Xiaoyu", "Jiang Tao", "Luo Mei", "Pan Wei", "Song Ran", "Yu Hao")


def build(env):
    dealer, business, household = _tags(env)
    for code, row in DEALERS.items():
        _company(env, code, row, dealer)
    for code, row in BUSINESSES.items():
        _company(env, code, row, business)
    for place, names in (("de", HOUSEHOLDS_DE), ("cn", HOUSEHOLDS_CN)):
        for index, name in enumerate(names):
            _household(env, f"house_{place}_{index}", name, place, index, household)


def _tags(env):
    names = ("Dealer", "Business customer", "Household")
    return [
        env["res.partner.category"].create({"name": name, "color": color})
        for color, name in enumerate(names, start=2)
    ]


def _company(env, code, row, tag):
    name, street, zip_code, city, country, phone, habit, login, people = row
    domain = f"{code.replace('_', '-')}.example.com"
    partner = env["res.partner"].create(
        {
            "name": name,
            "is_company": True,
            "street": street,
            "zip": zip_code,
            "city": city,
            "country_id": env.ref(f"base.{country}").id,
            "phone": phone,
            "email": f"info@{domain}",
            "category_id": [(4, tag.id)],
            "user_id": get(env, f"user_{login}").id,
            "company_id": False,
        }
    )
    _set_price_list(env, partner, login, habit)
    remember(env, f"customer_{code}", partner)
    for index, person in enumerate(people):
        _person(env, code, partner, person, index, domain)


def _set_price_list(env, partner, login, habit):
    place = "cn" if login == "sales_cn" else "de"
    if place == "cn" or habit.startswith("dealer"):
        company = get(env, f"company_{place}")
        partner.with_company(company).property_product_pricelist = get(env, f"pricelist_{place}")


def _person(env, code, company, name, index, domain):
    functions = ("Head of purchasing", "Plant manager", "Maintenance")
    local = name.split()[-1].lower().translate(str.maketrans("äöüß", "aous"))
    person = env["res.partner"].create(
        {
            "name": name,
            "parent_id": company.id,
            "type": "contact",
            "function": functions[index],
            "email": f"{local}@{domain}",
            "phone": MISTYPED.get(f"{code}_{index}", f"{company.phone[:-2]}{11 + index}"),
            "user_id": company.user_id.id,
        }
    )
    remember(env, f"person_{code}_{index}", person)


def _household(env, code, name, place, index, tag):
    germany = place == "de"
    phone = f"0151 5550{1000 + index * 37}" if germany else f"139 5550 {2000 + index * 53}"
    login = "sales" if germany else "sales_cn"
    partner = env["res.partner"].create(
        {
            "name": name,
            "city": ("Hamburg", "Lübeck", "Bremen", "Kiel")[index % 4] if germany else "Suzhou",
            "country_id": env.ref(f"base.{place}").id,
            "phone": phone,
            "email": f"{code.replace('_', '.')}@home.example.com",
            "category_id": [(4, tag.id)],
            "user_id": get(env, f"user_{login}").id,
        }
    )
    remember(env, f"customer_{code}", partner)
