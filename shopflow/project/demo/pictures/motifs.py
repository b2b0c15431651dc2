"""What the kinds of parts look like: plain drawings of plain shapes."""

from __future__ import annotations

from collections.abc import Callable

from shopflow.project.demo.pictures.canvas import (
    AMBER,
    BLUE,
    BRASS,
    COPPER,
    DARK,
    GREEN,
    LIGHT,
    RED,
    RUBBER,
    STEEL,
    WHITE,
    Canvas,
)

Motif = Callable[[Canvas], None]


def brake_disc(c: Canvas) -> None:
    c.circle(500, 490, 320, STEEL)
    c.ring(500, 490, 300, 14, LIGHT)
    c.ring(500, 490, 225, 10, DARK)
    for x, y in c.around(500, 490, 262, 24):
        c.circle(x, y, 13, DARK)
    c.circle(500, 490, 175, LIGHT)
    c.circle(500, 490, 82, DARK)
    for x, y in c.around(500, 490, 128, 5, -90):
        c.circle(x, y, 20, DARK)


def brake_pads(c: Canvas) -> None:
    for shift in (0, 235):
        c.shape([(190, 330 + shift), (810, 330 + shift), (760, 520 + shift), (240, 520 + shift)], DARK)
        c.shape([(235, 355 + shift), (765, 355 + shift), (728, 500 + shift), (272, 500 + shift)], STEEL)
        c.box(488, 355 + shift, 512, 500 + shift, DARK)
        c.box(215, 300 + shift, 290, 345 + shift, DARK, 12)
        c.box(710, 300 + shift, 785, 345 + shift, DARK, 12)


def caliper(c: Canvas) -> None:
    c.arc(500, 640, 360, 205, 335, 170, RED)
    c.box(300, 300, 700, 480, RED, 60)
    for x in (400, 600):
        c.circle(x, 400, 74, DARK)
        c.circle(x, 400, 52, LIGHT)
    c.box(180, 520, 260, 700, STEEL, 24)
    c.box(740, 520, 820, 700, STEEL, 24)
    c.circle(500, 300, 24, BRASS)


def oil_filter(c: Canvas) -> None:
    c.box(310, 300, 690, 800, BLUE, 46)
    c.box(310, 300, 420, 800, "#5684bd", 46)
    c.box(285, 250, 715, 340, DARK, 26)
    c.ellipse(500, 250, 215, 46, STEEL)
    c.ellipse(500, 248, 95, 22, DARK)
    for x in range(340, 690, 44):
        c.box(x, 690, x + 14, 790, "#335d90", 6)
    c.box(340, 450, 660, 590, WHITE, 18)
    c.box(370, 490, 630, 510, BLUE)
    c.box(370, 532, 560, 552, LIGHT)


def air_filter(c: Canvas) -> None:
    c.box(170, 250, 830, 780, DARK, 40)
    c.box(215, 295, 785, 735, "#e8d9b0", 14)
    for x in range(225, 780, 30):
        c.box(x, 300, x + 12, 730, "#c3ad74")
    c.box(215, 505, 785, 525, DARK)


def cabin_filter(c: Canvas) -> None:
    c.shape([(230, 270), (850, 330), (780, 760), (160, 690)], LIGHT)
    for step in range(13):
        left = 245 + step * 46
        c.line([(left, 292 + step * 4), (left - 66, 676 + step * 5)], 13, WHITE if step % 2 else STEEL)
    c.line([(230, 270), (850, 330)], 20, DARK)
    c.line([(160, 690), (780, 760)], 20, DARK)


def spark_plug(c: Canvas) -> None:
    c.box(470, 150, 530, 230, STEEL, 10)
    c.box(442, 220, 558, 470, WHITE, 24)
    for y in (270, 315, 360):
        c.box(436, y, 564, y + 14, LIGHT, 6)
    c.shape([(390, 460), (610, 460), (640, 520), (610, 580), (390, 580), (360, 520)], STEEL)
    c.box(425, 575, 575, 760, LIGHT, 6)
    for y in range(590, 750, 28):
        c.box(415, y, 585, y + 12, STEEL, 6)
    c.box(486, 755, 514, 800, BRASS)
    c.line([(570, 760), (570, 830), (500, 830)], 18, STEEL)


def control_arm(c: Canvas) -> None:
    c.line([(240, 330), (560, 640), (790, 690)], 96, DARK)
    c.line([(240, 330), (560, 640), (790, 690)], 62, STEEL)
    c.line([(560, 640), (700, 320)], 82, STEEL)
    for x, y in ((240, 330), (700, 320)):
        c.circle(x, y, 92, RUBBER)
        c.circle(x, y, 50, LIGHT)
        c.circle(x, y, 24, DARK)
    c.circle(800, 692, 66, DARK)
    c.box(782, 560, 818, 690, LIGHT, 10)


def damper(c: Canvas) -> None:
    c.box(476, 150, 524, 420, LIGHT, 10)
    c.box(430, 400, 570, 800, DARK, 30)
    for step in range(7):
        y = 235 + step * 68
        c.line([(350, y + 34), (650, y)], 32, AMBER if step % 2 else "#c48820")
    c.box(330, 180, 670, 226, STEEL, 18)
    c.box(340, 700, 660, 740, STEEL, 18)
    c.circle(500, 820, 46, STEEL)
    c.circle(500, 820, 20, DARK)


def generator(c: Canvas) -> None:
    c.circle(480, 500, 290, STEEL)
    for x, y in c.around(480, 500, 228, 18):
        c.circle(x, y, 26, DARK)
    c.circle(480, 500, 170, LIGHT)
    for radius in (128, 104, 80):
        c.ring(480, 500, radius, 9, DARK)
    c.circle(480, 500, 40, DARK)
    c.box(700, 300, 830, 420, DARK, 26)
    c.circle(770, 360, 26, COPPER)
    c.box(240, 740, 330, 830, STEEL, 22)


def starter(c: Canvas) -> None:
    c.box(200, 440, 690, 720, STEEL, 60)
    c.box(200, 440, 290, 720, DARK, 44)
    c.box(310, 300, 620, 430, DARK, 46)
    c.box(600, 330, 690, 400, COPPER, 20)
    c.box(680, 400, 760, 760, LIGHT, 20)
    c.box(755, 530, 850, 630, BRASS, 10)
    for y in range(540, 630, 24):
        c.box(755, y, 850, y + 8, DARK)


def turbo(c: Canvas) -> None:
    c.circle(400, 480, 250, LIGHT)
    c.arc(400, 480, 250, 0, 360, 60, STEEL)
    c.box(560, 240, 790, 380, LIGHT, 30)
    c.box(760, 220, 810, 400, STEEL, 14)
    c.circle(400, 480, 140, DARK)
    for (x, y), (u, v) in zip(c.around(400, 480, 40, 10), c.around(400, 480, 132, 10, 20), strict=True):
        c.line([(x, y), (u, v)], 14, LIGHT)
    c.circle(400, 480, 34, BRASS)
    c.circle(690, 640, 150, COPPER)
    c.circle(690, 640, 92, DARK)


def headlamp(c: Canvas) -> None:
    c.shape([(150, 560), (260, 360), (640, 290), (850, 380), (820, 640), (560, 720), (250, 700)], DARK)
    c.shape([(200, 555), (290, 400), (635, 338), (800, 410), (775, 610), (550, 672), (270, 655)], LIGHT)
    for x, radius in ((400, 108), (620, 96)):
        c.circle(x, 515, radius, DARK)
        c.circle(x, 515, radius - 20, "#dfe9f3")
        c.circle(x - 20, 495, radius - 62, WHITE)
    c.line([(250, 620), (540, 640)], 16, AMBER)


def door_handle(c: Canvas) -> None:
    c.box(140, 420, 860, 620, LIGHT, 90)
    c.box(220, 520, 780, 600, STEEL, 40)
    c.box(130, 400, 870, 500, DARK, 48)
    c.box(160, 415, 840, 445, STEEL, 15)
    c.circle(800, 560, 34, STEEL)
    c.box(793, 540, 807, 580, DARK, 4)


def belt_tensioner(c: Canvas) -> None:
    c.line([(300, 140), (430, 470)], 120, DARK)
    c.line([(310, 150), (430, 460)], 70, RUBBER)
    c.box(330, 440, 680, 660, STEEL, 30)
    c.circle(620, 550, 90, DARK)
    c.circle(620, 550, 48, LIGHT)
    c.box(380, 650, 460, 810, RED, 20)
    c.box(400, 670, 440, 700, WHITE, 8)


def pump(c: Canvas) -> None:
    c.circle(500, 500, 250, STEEL)
    for x, y in c.around(500, 500, 250, 6):
        c.circle(x, y, 54, STEEL)
        c.circle(x, y, 22, DARK)
    c.circle(500, 500, 185, LIGHT)
    for x, y in c.around(500, 500, 150, 7):
        c.line([(500, 500), (x, y)], 34, BLUE)
    c.circle(500, 500, 62, DARK)
    c.box(690, 220, 790, 400, STEEL, 26)


def gasket(c: Canvas) -> None:
    c.box(180, 280, 820, 740, RUBBER, 120)
    c.box(250, 350, 750, 670, WHITE, 76)
    for x, y in ((215, 350), (785, 350), (215, 670), (785, 670), (500, 315), (500, 705)):
        c.circle(x, y, 24, WHITE)


def hose(c: Canvas) -> None:
    points = [(230, 230), (240, 430), (330, 580), (500, 620), (660, 600), (760, 680), (780, 800)]
    c.line(points, 150, RUBBER)
    c.line([(x - 22, y - 14) for x, y in points], 26, "#5b626d")
    for x, y in ((231, 290), (778, 740)):
        c.box(x - 92, y - 22, x + 92, y + 22, LIGHT, 10)
        c.box(x + 60, y - 36, x + 104, y + 36, STEEL, 8)


def battery(c: Canvas) -> None:
    c.box(170, 340, 830, 790, DARK, 26)
    c.box(170, 340, 830, 430, "#465160", 26)
    for x, colour in ((290, STEEL), (710, RED)):
        c.box(x - 54, 268, x + 54, 350, colour, 16)
        c.circle(x, 268, 34, LIGHT)
    c.box(230, 500, 770, 710, GREEN, 20)
    c.box(330, 590, 420, 614, WHITE)
    c.box(590, 590, 680, 614, WHITE)
    c.box(623, 557, 647, 647, WHITE)


def oil_can(c: Canvas) -> None:
    c.shape([(300, 300), (560, 300), (720, 430), (720, 800), (300, 800)], BLUE)
    c.shape([(300, 300), (380, 300), (380, 800), (300, 800)], "#5684bd")
    c.box(320, 190, 440, 300, DARK, 18)
    c.line([(560, 330), (670, 420), (670, 560)], 40, WHITE)
    c.box(350, 500, 640, 740, WHITE, 20)
    c.circle(495, 640, 58, AMBER)
    c.shape([(495, 540), (448, 620), (542, 620)], AMBER)


def spray_can(c: Canvas) -> None:
    c.box(380, 340, 620, 830, RED, 26)
    c.box(380, 340, 440, 830, "#d3655b", 26)
    c.shape([(390, 345), (610, 345), (560, 270), (440, 270)], LIGHT)
    c.box(455, 190, 545, 275, DARK, 14)
    c.circle(545, 225, 12, LIGHT)
    c.box(400, 470, 600, 690, WHITE, 14)
    c.box(425, 520, 575, 540, RED)
    c.box(425, 570, 540, 590, LIGHT)


def screw(c: Canvas) -> None:
    c.shape([(330, 200), (670, 200), (730, 290), (670, 380), (330, 380), (270, 290)], STEEL)
    c.shape([(330, 200), (670, 200), (640, 290), (360, 290)], LIGHT)
    c.box(440, 375, 560, 830, LIGHT, 12)
    for y in range(450, 820, 36):
        c.line([(428, y + 14), (572, y)], 13, STEEL)


def rivet(c: Canvas) -> None:
    for x, y in ((340, 360), (500, 300), (660, 380)):
        c.ellipse(x, y + 150, 92, 30, STEEL)
        c.box(x - 40, y + 140, x + 40, y + 380, LIGHT, 16)
        c.box(x - 14, y - 90, x + 14, y + 150, STEEL, 8)
        c.ellipse(x, y + 144, 92, 26, LIGHT)


def clamp(c: Canvas) -> None:
    c.ring(500, 540, 270, 58, LIGHT)
    for x, y in c.around(500, 540, 241, 40)[2:26]:
        c.circle(x, y, 8, STEEL)
    c.box(390, 210, 640, 330, STEEL, 20)
    c.box(630, 235, 770, 305, BRASS, 12)
    c.box(690, 235, 704, 305, DARK)


def sealing_ring(c: Canvas) -> None:
    for x, y, radius in ((400, 430, 190), (620, 640, 130), (700, 340, 90)):
        c.ring(x, y, radius, radius * 0.36, COPPER)
        c.ring(x, y, radius, radius * 0.1, "#d0915f")


def tyre(c: Canvas) -> None:
    c.circle(500, 500, 345, RUBBER)
    for x, y in c.around(500, 500, 330, 48):
        c.circle(x, y, 13, DARK)
    c.ring(500, 500, 268, 10, "#555c66")
    c.circle(500, 500, 222, LIGHT)
    c.circle(500, 500, 196, "#39424e")
    for x, y in c.around(500, 500, 190, 5, -90):
        c.line([(500, 500), (x, y)], 52, LIGHT)
    c.circle(500, 500, 66, STEEL)
    for x, y in c.around(500, 500, 40, 5, -54):
        c.circle(x, y, 9, DARK)


def mats(c: Canvas) -> None:
    for shift, colour in ((170, DARK), (0, RUBBER)):
        c.shape([(200 + shift, 270), (590 + shift, 240), (640 + shift, 760), (180 + shift, 780)], colour)
        for y in range(340, 740, 54):
            c.line([(240 + shift, y + 6), (580 + shift, y)], 13, "#5b626d")


def roof_rack(c: Canvas) -> None:
    for y in (360, 600):
        c.box(150, y, 850, y + 62, STEEL, 30)
        c.box(150, y, 850, y + 22, LIGHT, 11)
        for x in (210, 700):
            c.shape([(x, y + 60), (x + 90, y + 60), (x + 70, y + 170), (x + 20, y + 170)], DARK)


def boot_tray(c: Canvas) -> None:
    c.shape([(150, 380), (850, 380), (780, 760), (220, 760)], DARK)
    c.shape([(215, 430), (785, 430), (730, 715), (270, 715)], RUBBER)
    for step in range(6):
        x = 330 + step * 68
        c.line([(x, 460), (x - 6, 690)], 12, "#5b626d")


def cover(c: Canvas) -> None:
    c.shape([(130, 720), (180, 560), (330, 520), (430, 380), (660, 380), (780, 520), (880, 590), (880, 720)], STEEL)
    c.shape([(330, 520), (430, 380), (660, 380), (780, 520)], LIGHT)
    c.line([(430, 390), (360, 715)], 9, WHITE)
    c.line([(660, 390), (720, 715)], 9, WHITE)
    c.box(120, 700, 890, 740, DARK, 18)


def model_car(c: Canvas) -> None:
    c.shape([(120, 660), (150, 550), (310, 520), (410, 390), (650, 390), (770, 520), (880, 570), (880, 660)], BLUE)
    c.shape([(350, 520), (430, 425), (520, 425), (520, 520)], WHITE)
    c.shape([(550, 520), (550, 425), (635, 425), (710, 520)], WHITE)
    for x in (290, 710):
        c.circle(x, 670, 92, RUBBER)
        c.circle(x, 670, 48, LIGHT)
        c.circle(x, 670, 16, DARK)
    c.circle(850, 585, 20, AMBER)


def gear(c: Canvas) -> None:
    for x, y in c.around(500, 500, 280, 12):
        c.circle(x, y, 58, STEEL)
    c.circle(500, 500, 280, STEEL)
    c.circle(500, 500, 190, LIGHT)
    c.circle(500, 500, 80, DARK)


BY_CATEGORY: dict[str, Motif] = {
    "Bremsbeläge": brake_pads,
    "Bremsscheiben": brake_disc,
    "Bremssättel": caliper,
    "Ölfilter": oil_filter,
    "Luftfilter": air_filter,
    "Innenraumfilter": cabin_filter,
    "Zündung": spark_plug,
    "Lenker & Streben": control_arm,
    "Federung & Dämpfung": damper,
    "Generator": generator,
    "Anlasser": starter,
    "Aufladung": turbo,
    "Beleuchtung": headlamp,
    "Türen & Schlösser": door_handle,
    "Sicherheit": belt_tensioner,
    "Kühlung": pump,
    "Schläuche": hose,
    "Dichtungen": gasket,
    "Batterien": battery,
    "Motoröl": oil_can,
    "Getriebeöl": oil_can,
    "Kühlmittel": oil_can,
    "Reiniger": spray_can,
    "Schrauben": screw,
    "Nieten": rivet,
    "Schellen": clamp,
    "Dichtringe": sealing_ring,
    "Reifen": tyre,
    "Fußmatten": mats,
    "Laderaum": boot_tray,
    "Transport": roof_rack,
    "Pflege": cover,
    "Lifestyle": model_car,
}
"""Motifs by the name of the category that holds the parts."""

FALLBACK: Motif = gear
